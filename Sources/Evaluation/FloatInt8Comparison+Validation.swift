extension FloatInt8Comparison {
  /// Checks figures that came from a file: each must be one that an evaluation could have written, so that nobody who
  /// counts on it later fails. Ratios in decibels may be anything.
  /// - Throws: `EvaluationError.badFigure` naming the place, `NetworkError`.
  func validate() throws {
    _ = try network.shapes()
    try Self.require(images >= 1, "images", "at least 1", images)
    try float32.validate("float32", images: images)
    try int8.validate("int8", images: images)
    try Self.require((0...1).contains(agreement), "agreement", "a share of 0 to 1", agreement)
    if let calibration {
      try Self.require(calibration.batches >= 1, "calibration.batches", "at least 1", calibration.batches)
      try Self.require(calibration.batchSize >= 1, "calibration.batch_size", "at least 1", calibration.batchSize)
    }
    for (index, row) in disagreements.enumerated() {
      let place = "disagreements[\(index)]"
      try Self.require((0..<images).contains(row.image), "\(place).image", "one of \(images) images", row.image)
      try Self.require(!row.float32.isEmpty && !row.int8.isEmpty, place, "guesses of both models", "none of one")
      for guess in row.float32 + row.int8 {
        try Self.require((0...1).contains(guess.probability), place, "probabilities of 0 to 1", guess.probability)
      }
    }
    for (index, layer) in layers.enumerated() {
      try layer.output.validate("layers[\(index)].output")
      try layer.weight?.validate("layers[\(index)].weight")
    }
  }

  fileprivate static func require(_ holds: Bool, _ place: String, _ expected: String, _ found: Any) throws {
    guard holds else { throw EvaluationError.badFigure(place, expected: expected, found: "\(found)") }
  }
}

extension FloatInt8Comparison.Model {
  fileprivate func validate(_ name: String, images: Int) throws {
    try FloatInt8Comparison.require((0...1).contains(accuracy), "\(name).accuracy", "a share of 0 to 1", accuracy)
    try FloatInt8Comparison.require(bytes >= 0, "\(name).bytes", "at least 0", bytes)
    for (tensor, bytes) in tensorBytes.sorted(by: { $0.key < $1.key }) {
      // What one file holds is below this; so many sums of it fit an integer.
      let most = 1 << 40
      try FloatInt8Comparison.require(
        (0...most).contains(bytes), "\(name).tensorBytes.\(tensor)", "0 to \(most)", bytes)
    }
    // A label is a byte: a network may have more outputs than labels have rows.
    let columns = confusion.first?.count ?? 0
    let isMatrix = columns >= max(confusion.count, 1) && confusion.allSatisfy { $0.count == columns }
    try FloatInt8Comparison.require(
      isMatrix, "\(name).confusion", "rows of one length, no fewer columns than rows", "\(confusion.count) rows")
    // Bounded first, so that the sum cannot overflow.
    for count in confusion.joined() {
      try FloatInt8Comparison.require(
        (0...images).contains(count), "\(name).confusion", "counts of 0 to \(images)", count)
    }
    let total = confusion.joined().reduce(into: (sum: 0, isWithin: true)) { total, count in
      let (sum, overflows) = total.sum.addingReportingOverflow(count)
      total = (sum, total.isWithin && !overflows)
    }
    try FloatInt8Comparison.require(
      total.isWithin && total.sum == images, "\(name).confusion", "\(images) images in all", total.sum)
    let counts = [work.integerProducts, work.floatProducts, work.weightBytes, work.activationBytes]
    try FloatInt8Comparison.require(counts.allSatisfy { $0 >= 0 }, "\(name).work", "counts of at least 0", counts)
  }
}

extension Spread {
  fileprivate func validate(_ place: String) throws {
    try FloatInt8Comparison.require(
      clipped.map((0...1).contains) ?? true, "\(place).clipped", "a share of 0 to 1", clipped ?? 0)
    guard let values else { return }
    let isRange = values.low.isFinite && values.high.isFinite && values.low <= values.high
    try FloatInt8Comparison.require(
      isRange, "\(place).values", "low and high, finite and in order", "\(values.low) and \(values.high)")
    // No tensor has more values than this; so many sums of it fit an integer.
    let most = 1 << 50
    try FloatInt8Comparison.require(
      !values.counts.isEmpty && values.counts.allSatisfy { (0...most).contains($0) }, "\(place).values.counts",
      "counts of 0 to \(most)", values.counts.first { !(0...most).contains($0) } ?? 0)
  }
}
