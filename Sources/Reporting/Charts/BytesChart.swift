/// What two files' bytes are spent on.
struct BytesChart: Sendable, Hashable {
  /// A part of both files; nil where a file has no such part.
  struct Row: Sendable, Hashable {
    var label: String
    var float32: Int64?
    var int8: Int64?
  }

  var caption: String
  var rows: [Row]

  private static let (width, left, right) = (360.0, 6.0, 354.0)
  private static let rowHeight = 34.0

  var picture: Picture {
    var svg = SVG(width: Self.width, height: max(Self.rowHeight * Double(rows.count), 1))
    let largest = Double(rows.flatMap { [$0.float32 ?? 0, $0.int8 ?? 0] }.max() ?? 0)
    for (index, row) in rows.enumerated() {
      let top = Self.rowHeight * Double(index)
      let figures = figures(of: row)
      svg.text(figures, x: Self.right, y: top + 11, .end, kind: "quiet", room: 220)
      svg.text(row.label, x: Self.left, y: top + 11, room: Self.right - Self.left - SVG.width(of: figures) - 8)
      for (offset, kind, bytes) in [(15.0, "float32", row.float32), (22, "int8", row.int8)] {
        guard let bytes, bytes > 0, largest > 0 else { continue }
        svg.rectangle(
          kind, x: Self.left, y: top + offset, width: max((Self.right - Self.left) * Double(bytes) / largest, 1),
          height: 6)
      }
    }
    return svg.picture(caption: caption, alternative: alternative, plain: plain(largest))
  }

  private func figures(of row: Row) -> String {
    switch (row.float32, row.int8) {
    case (let float32?, let int8?): "\(Format.bytes(float32)) → \(Format.bytes(int8))"
    case (let float32?, nil): "\(Format.bytes(float32)) → none"
    case (nil, let int8?): "none → \(Format.bytes(int8))"
    case (nil, nil): Format.missing
    }
  }

  private var alternative: String {
    caption + " " + rows.map { "\($0.label): \(figures(of: $0))" }.joined(separator: "; ") + "."
  }

  private func plain(_ largest: Double) -> [String] {
    rows.flatMap { row in
      [
        PlainPicture.column(row.label, 40) + " " + figures(of: row),
        "  f32 " + PlainPicture.bar(Double(row.float32 ?? 0) / largest, room: PlainPicture.width),
        "  s8  " + PlainPicture.bar(Double(row.int8 ?? 0) / largest, room: PlainPicture.width),
      ].map(\.trimmedEnd)
    }
  }
}
