import Tables

/// What a file's bytes are spent on, float32 beside int8.
package struct BytesChart: Sendable, Hashable {
  /// One tensor, or another part of the files.
  package struct Row: Sendable, Hashable {
    package var label: String
    /// Its bytes in either file; nil where that file has no such part.
    package var float32: Int64?
    package var int8: Int64?

    /// A part of both files.
    package init(label: String, float32: Int64?, int8: Int64?) {
      self.label = label
      self.float32 = float32
      self.int8 = int8
    }
  }

  package var caption: String
  /// In the order in which they are drawn.
  package var rows: [Row]

  /// Rows in the order in which they are drawn.
  package init(caption: String, rows: [Row]) {
    self.caption = caption
    self.rows = rows
  }

  private static let labelRoom = 132.0
  private static let figureRoom = 70.0
  private static let (legendHeight, step) = (26.0, 38.0)

  package var picture: Picture {
    let parts = rows.map { "\($0.label): float32 \(Self.text($0.float32)), int8 \(Self.text($0.int8))" }
    let alternative = ([caption] + parts).joined(separator: " ")
    let height = Self.legendHeight + Self.step * Double(rows.count)
    return Picture(
      caption: caption, alternative: alternative, svg: drawing.closed(height: height, alternative: alternative),
      plain: plain)
  }

  private static func text(_ bytes: Int64?) -> String { bytes.map(Format.bytes) ?? Format.missing }

  private var largest: Double { Double(rows.flatMap { [$0.float32 ?? 0, $0.int8 ?? 0] }.max() ?? 0) }

  private func share(_ bytes: Int64?) -> Double { largest > 0 ? max(0, Double(bytes ?? 0)) / largest : 0 }

  private var drawing: SVG {
    var svg = SVG()
    for (index, kind) in ["float32", "int8"].enumerated() {
      let x = Self.labelRoom + 80 * Double(index)
      svg.box(kind, x: x, y: 5, width: 12, height: 12)
      svg.text(index == 0 ? "float32" : "int8", x: x + 17, y: 16, style: .small)
    }
    for (index, row) in rows.enumerated() {
      let top = Self.legendHeight + Self.step * Double(index)
      let label = SVGText.wrapped(row.label, Self.labelRoom - 8, lines: 2)
      for (line, text) in label.enumerated() {
        let y = top + 20 + 15 * (Double(line) - Double(label.count - 1) / 2)
        svg.text(text, x: Self.labelRoom - 8, y: y, anchor: .end, room: Self.labelRoom - 8)
      }
      for (line, bytes) in [row.float32, row.int8].enumerated() {
        let y = top + 16 * Double(line)
        // What is there is seen, however small beside the rest.
        let length = (SVG.width - Self.labelRoom - Self.figureRoom) * share(bytes)
        let shown = (bytes ?? 0) > 0 ? max(1, length) : 0
        svg.box(line == 0 ? "float32" : "int8", x: Self.labelRoom, y: y + 1, width: shown, height: 13)
        svg.text(
          Self.text(bytes), x: Self.labelRoom + shown + 5, y: y + 12, style: .small, room: Self.figureRoom - 5)
      }
    }
    return svg
  }

  private var plain: [String] {
    let names = Letters.widest(rows.map(\.label), limit: 26)
    return rows.flatMap { row in
      [(row.label, "float32", row.float32), ("", "int8", row.int8)].map { label, kind, bytes in
        Letters.padded(label, names) + " " + Letters.padded(kind, 7) + " "
          + Letters.padded(Self.text(bytes), 10, isNumber: true) + " "
          + Letters.bar(share(bytes), Letters.columns - names - 20)
      }
    }
  }
}
