import Tables

extension Report {
  /// Classes whose confusion is a table that an eye can take in.
  private static let classesOfMatrix = 32

  /// How often a network took each class for each other.
  func confusionTable(_ matrix: ConfusionMatrix, _ scheme: Scheme) -> Table {
    guard matrix.counts.allSatisfy({ $0.count <= Self.classesOfMatrix }) else {
      return mistakesTable(matrix, scheme)
    }
    let classes = matrix.counts.indices
    var table = captioned(
      "\(scheme.name): what \(matrix.model) took each class for. Rows: the class; columns: the decision.",
      columns: [.number("Class")] + classes.map { .number(String($0)) } + [.number("Right")])
    let errors = classes.flatMap { actual in
      classes.filter { $0 != actual }.map { matrix.counts[actual][$0] }
    }
    let worst = errors.max() ?? 0
    for actual in classes {
      let row = matrix.counts[actual]
      let total = row.reduce(0, +)
      let share = Double(row[actual]) / Double(total)
      var cells = [Table.Cell(String(actual))]
      for predicted in classes {
        let count = row[predicted]
        let heat: Table.Cell.Heat? =
          if count == 0 {
            nil
          } else if predicted == actual {
            .right(share)
          } else {
            // Errors are few beside what is right: they are coloured by a scale of their own.
            .wrong((Double(count) / Double(worst)).squareRoot())
          }
        cells.append(Table.Cell(Format.integer(count), heat: heat))
      }
      cells.append(Table.Cell(total == 0 ? Format.missing : Format.percent(share)))
      table.append(cells)
    }
    return table
  }

  /// Of many classes: how often a network was right about each that images are of, and what else it took it for most.
  private func mistakesTable(_ matrix: ConfusionMatrix, _ scheme: Scheme) -> Table {
    let classes = Format.integer(matrix.counts.first?.count ?? 0)
    var table = captioned(
      "\(scheme.name): how often \(matrix.model) was right about each class that images are of, and which other "
        + "of \(classes) classes it gave them most often.",
      columns: [
        .number("Class"), .number("Images"), .number("Right"), .number("Taken for"), .number("Images so taken"),
      ])
    for (actual, row) in matrix.counts.enumerated() {
      let total = row.reduce(0, +)
      guard total > 0 else { continue }
      let wrong = row.indices.filter { $0 != actual && row[$0] > 0 }.max { (row[$0], -$0) < (row[$1], -$1) }
      table.append([
        String(actual), Format.integer(total), Format.percent(Double(row[actual]) / Double(total)),
        wrong.map { String($0) } ?? Format.missing, wrong.map { Format.integer(row[$0]) } ?? Format.missing,
      ])
    }
    return table
  }

  /// Images of each kind that are drawn; the others are counted.
  private static let exhibits = 24

  /// The images that one of the networks alone gets right, drawn.
  func galleries(_ scheme: Scheme) -> [Document.Block] {
    let all = scheme.disagreements
    guard !all.isEmpty else { return [] }
    let kinds = [
      ("int8 is wrong, float32 is right", all.filter(\.isFloat32Right)),
      ("float32 is wrong, int8 is right", all.filter(\.isInt8Right)),
      ("both are wrong, each in its way", all.filter { !$0.isFloat32Right && !$0.isInt8Right }),
    ]
    return kinds.map { title, images in
      let drawn = images.prefix(Self.exhibits)
      let rest = images.count > drawn.count ? "; the first \(drawn.count) of them" : ""
      let caption = "\(scheme.name): \(title): \(images.count) test image\(images.count == 1 ? "" : "s")\(rest)."
      guard !drawn.isEmpty else { return .paragraph(warned(caption)) }
      return .gallery(.init(caption: warned(caption), exhibits: drawn.map(Self.exhibit)))
    }
  }

  private static func exhibit(_ image: Disagreement) -> Document.Gallery.Exhibit {
    func words(_ guesses: [Disagreement.Guess]) -> String {
      // A guess stays in one line.
      guesses.map { "\($0.label) (\(Format.wholePercent($0.probability)))".replacing(" ", with: "\u{A0}") }
        .joined(separator: ", ")
    }
    return .init(
      image: image.image, alternative: "Test image \(image.index), a \(image.label)",
      lines: [
        "a \(image.label), test image \(image.index)", "float32: \(words(image.float32))", "int8: \(words(image.int8))",
      ])
  }

  /// What calibration saw.
  var calibrationSection: Document.Section {
    let blocks = calibrations.map { calibration in
      Document.Block.gallery(
        .init(
          isSheet: true,
          caption: warned("\(calibration.title): \(calibration.schemes.joined(separator: ", "))."),
          exhibits: [.init(image: calibration.sheet, alternative: "All of them, row by row", lines: [])]))
    }
    return section("Calibration images", blocks, isMissing: blocks.isEmpty, "scheme was calibrated")
  }
}
