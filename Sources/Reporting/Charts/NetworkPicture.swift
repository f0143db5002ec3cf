/// A network at one point of the pipeline, layer under layer. The pictures of one report's stages have rows of one
/// height, so that side by side they show what was folded into what.
struct NetworkPicture: Sendable, Hashable {
  var caption: String
  var stage: Report.NetworkStage

  private static let width = 240.0
  /// A row's height, and how much of it is a box and not the arrow behind it.
  private static let (row, box) = (66.0, 50.0)

  var picture: Picture {
    let rows = stage.nodes.map(\.rows.upperBound).max() ?? 0
    var svg = SVG(width: Self.width, height: max(Double(rows) * Self.row - (Self.row - Self.box) + 2, 1))
    for (index, node) in stage.nodes.enumerated() {
      let top = Double(node.rows.lowerBound) * Self.row + 1
      let bottom = Double(node.rows.upperBound) * Self.row - (Self.row - Self.box) - 1
      svg.rectangle(
        "box \(node.numbers.map { "of-\($0.rawValue)" } ?? "of-none")", x: 1, y: top, width: Self.width - 2,
        height: bottom - top, radius: 4)
      let dtype = node.numbers?.rawValue ?? ""
      svg.text(dtype, x: Self.width - 10, y: top + 14, .end, kind: "quiet", room: 60)
      svg.text(node.name, x: 10, y: top + 14, kind: "figure", room: Self.width - 20 - SVG.width(of: dtype) - 8)
      svg.text(node.operation, x: 10, y: top + 29, room: Self.width - 20)
      svg.text("→ \(node.shape)", x: 10, y: top + 43, kind: "quiet", room: Self.width - 20)
      if index + 1 < stage.nodes.count {
        let next = Double(stage.nodes[index + 1].rows.lowerBound) * Self.row + 1
        svg.line("axis", Self.width / 2, bottom, Self.width / 2, next)
        svg.path("arrow", [(Self.width / 2 - 4, next - 5), (Self.width / 2, next), (Self.width / 2 + 4, next - 5)])
      }
    }
    return svg.picture(caption: caption, alternative: ([caption] + words).joined(separator: " "), plain: plain)
  }

  private var words: [String] {
    stage.nodes.map { node in
      "\(node.name): \(node.operation)" + (node.numbers.map { " in \($0.rawValue)" } ?? "") + ", gives \(node.shape)."
    }
  }

  private var plain: [String] {
    stage.nodes.map { node in
      PlainPicture.column(
        [
          PlainPicture.column(node.name, 12), PlainPicture.column(node.numbers?.rawValue ?? "", 7),
          PlainPicture.column(node.operation, 36), "→ \(node.shape)",
        ].joined(separator: " "), 78
      ).trimmedEnd
    }
  }
}
