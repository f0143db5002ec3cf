import Foundation
import Testing

/// The report's tables, held against what SQLite says, row by row. The formatting here is the test's own.
@Suite("The report's figures are the catalog's")
struct ReportFiguresTests {
  let workshop: Workshop
  let markdown: String

  init() throws {
    workshop = try Workshop.finished()
    markdown = try workshop.text("report.md")
  }

  /// The rows of the table whose caption contains some words, each a list of cells without signs of code.
  private func rows(of caption: String) throws -> [[String]] {
    let lines = markdown.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let found = lines.indices.filter { lines[$0].hasPrefix("**") && lines[$0].contains(caption) }
    try #require(found.count == 1, "\(caption): \(found.count) tables")
    return lines[(found[0] + 4)...].prefix { $0.hasPrefix("|") }.map { line in
      line.dropFirst(2).dropLast(2).components(separatedBy: " | ").map { $0.replacingOccurrences(of: "`", with: "") }
    }
  }

  private func percent(_ fraction: Double) -> String { String(format: "%.2f %%", 100 * fraction) }

  /// A whole number with commas between every three digits.
  private func grouped(_ number: String) -> String {
    let sign = number.hasPrefix("-") ? "-" : ""
    let digits = Array(number.drop { $0 == "-" })
    return sign
      + digits.indices.map { (($0 > 0 && (digits.count - $0) % 3 == 0) ? "," : "") + String(digits[$0]) }.joined()
  }

  private func kilobytes(_ bytes: Double) -> String {
    bytes < 1000 ? "\(Int(bytes)) B" : String(format: "%.1f KB", bytes / 1000)
  }

  private func four(_ text: String) throws -> String { String(format: "%.4g", try #require(Double(text))) }

  private func select(_ sql: String) throws -> [[String]] {
    try workshop.select(sql).map { $0.components(separatedBy: "|") }
  }

  @Test("the first table: accuracies, drop, p-value, sizes and speeds")
  func result() throws {
    let figures = try #require(
      try select(
        """
        SELECT float32_bytes, int8_bytes, float32_images_per_second, int8_images_per_second,
          (SELECT value FROM metric WHERE run = \(try workshop.newest("evaluate")) AND name = 'mcnemar_p'),
          accuracy.float32, accuracy.int8, drop_points
        FROM accuracy_drop JOIN accuracy USING (run) JOIN file_size USING (run) JOIN speed USING (run)
        """
      ).first
    ).map { try #require(Double($0)) }
    let table = try rows(of: "Accuracy with its 95 % interval")
    #expect(table.map { $0[0] } == ["float32", "int8 octavo"])
    for (row, column) in zip(table, [0, 1]) {
      #expect(row[1].hasPrefix(percent(figures[5 + column]) + " ("))
      #expect(row[5] == kilobytes(figures[column]))
      #expect(row[7] == grouped(String(format: "%.0f", figures[2 + column])))
    }
    #expect(table[1][2] == String(format: figures[7] > 0 ? "+%.2f points" : "%.2f points", figures[7]))
    #expect(table[1][3] == String(format: "%.3f", figures[4]))
    #expect(table[1][6] == String(format: "%.2f×", figures[0] / figures[1]))
    #expect(table[1][8] == String(format: "%.2f×", figures[3] / figures[2]))
  }

  @Test("what quantization does to each layer")
  func layers() throws {
    let table = try rows(of: "octavo: signal to quantization noise")
    #expect(table.map { $0[0] } == ["quant", "conv1", "fc1", "fc2"])
    for row in table {
      let names = ["weight_sqnr", "weight_clipped", "sqnr", "clipped", "mean_error", "max_error"]
      for (cell, name) in zip(row.dropFirst(), names) {
        let found = try workshop.select(
          "SELECT value FROM metric WHERE run = \(try workshop.newest("evaluate")) AND layer = '\(row[0])' AND name = '\(name)'"
        )
        guard let value = found.first.flatMap(Double.init) else {
          #expect(cell == "–" && found.isEmpty)
          continue
        }
        switch name {
        case "sqnr", "weight_sqnr": #expect(cell == String(format: "%.1f", value))
        case "clipped", "weight_clipped":
          // To two significant digits: half of the last is a twentieth of the value at most.
          let shown = cell == "0" ? 0 : try #require(Double(cell.dropLast(2)))
          #expect(abs(shown - 100 * value) <= 0.05 * 100 * value)
        default: #expect(cell == String(format: "%.4g", value))
        }
      }
    }
  }

  @Test("every scale, zero point and observed range")
  func scales() throws {
    let table = try rows(of: "octavo: real = scale × (integer - zero point)")
    let tensors = try workshop.select("SELECT DISTINCT tensor FROM scale ORDER BY tensor")
    #expect(table.map { $0[0] } == tensors)
    for row in table {
      let channels = try select(
        """
        SELECT scale, zero_point, quant_min, quant_max, dtype, quantization, observer FROM scale
        WHERE tensor = '\(row[0])' ORDER BY channel
        """)
      #expect(row[7].components(separatedBy: ", ").compactMap(Float.init) == channels.compactMap { Float($0[0]) })
      let first = channels[0]
      #expect(row[1...5] == [first[1], "\(first[2]) … \(first[3])", first[4], first[5], first[6]])
      let range = try #require(
        try select("SELECT min(observed_min), max(observed_max) FROM scale WHERE tensor = '\(row[0])'").first)
      #expect(row[6] == "\(try four(range[0])) … \(try four(range[1]))")
    }
  }

  @Test("both confusion matrices, and the bounds that were proved", arguments: ["float32", "int8"])
  func confusion(_ model: String) throws {
    let table = try rows(of: "octavo: what \(model) took each class for")
    for (actual, row) in table.enumerated() {
      let counts = try workshop.select(
        "SELECT count FROM confusion WHERE model = '\(model)' AND actual = \(actual) ORDER BY predicted")
      #expect(Array(row[1...10]) == counts)
    }
    let bounds = try select(
      """
      SELECT layer, CAST(sum(value * (name = 'accumulator_bound')) AS INTEGER),
        CAST(sum(value * (name = 'pair_bound')) AS INTEGER)
      FROM metric WHERE run = \(try workshop.newest("convert")) GROUP BY layer
      """)
    let arithmetic = try rows(of: "octavo: by proof")
    #expect(!bounds.isEmpty)
    for bound in bounds {
      let row = try #require(arithmetic.first { $0[0] == bound[0] })
      #expect([row[1], row[3]] == [grouped(bound[1]), grouped(bound[2])])
    }
  }

  @Test("epochs, and the digest of every file")
  func epochsAndFiles() throws {
    let epochs = try select("SELECT epoch, loss, train_accuracy, test_accuracy, seconds FROM epoch").map { row in
      let figures = try row.map { try #require(Double($0)) }
      return [
        row[0], String(format: "%.4f", figures[1]), percent(figures[2]), percent(figures[3]),
        String(format: "%.1f", figures[4]),
      ]
    }
    #expect(try rows(of: "The course of training") == epochs)
    let files = try select(
      "SELECT DISTINCT path, bytes, sha256 FROM artifact WHERE path NOT IN ('report.html', 'report.md')")
    let listed = Set(try rows(of: "Every file and the SHA-256").map { [$0[0], $0[2], $0[3]] })
    // The limits are the report's own.
    #expect(listed == Set(files.filter { $0[0] != "limits.yaml" }.map { [$0[0], grouped($0[1]), $0[2]] }))
  }
}
