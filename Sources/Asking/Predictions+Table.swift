import Tables

extension Predictions {
  /// Classes that are shown behind the likeliest.
  private static let runnersUp = 2

  /// The predictions as a table: a row for each picture, the models side by side.
  package var table: Table {
    let isPair = models.count > 1
    let count = "\(Format.integer(pictures.count)) image\(pictures.count == 1 ? "" : "s")"
    let names = models.map { "\($0.path) (\($0.kind))" }
    var table = Table(
      isPair
        ? "\(count) by \(names.joined(separator: " and ")); same class on \(Format.integer(agreeing))"
        : "\(count) by \(names[0])",
      columns: [.code("Image")] + titles.flatMap { [.number($0), .number("Probability"), .list("Then")] }
        + (isPair ? [.text("Same class")] : []))
    for (index, picture) in pictures.enumerated() {
      table.append(
        [picture.path] + said.flatMap { $0[index].cells(runnersUp: Self.runnersUp) }
          + (isPair ? [agree(on: index) ? "yes" : "no"] : []))
    }
    return table
  }

  /// `Class` for one model; `float32 class` and `int8 class`, or, of one kind, `A: int8 class` and `B: int8 class`.
  private var titles: [String] {
    guard models.count > 1 else { return ["Class"] }
    let isMixed = Set(models.map(\.kind)).count == models.count
    return zip(["A", "B"], models).map { isMixed ? "\($1.kind) class" : "\($0): \($1.kind) class" }
  }
}

extension Prediction {
  /// The class, its probability, and the next ones with theirs.
  fileprivate func cells(runnersUp: Int) -> [String] {
    let rest = top(1 + runnersUp).dropFirst().map { "\($0) \(Format.percent(probabilities[$0]))" }
    return ["\(label)", Format.percent(probabilities[label]), rest.joined(separator: ", ")]
  }
}
