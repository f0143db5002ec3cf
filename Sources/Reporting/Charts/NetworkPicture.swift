/// What becomes of each layer: the network at several points of the pipeline, side by side.
///
/// A step that others were folded into is as high as all of them. Three columns fit a phone: their text is broken into
/// lines, and a further column makes the picture wider.
package struct NetworkPicture: Sendable, Hashable {
  package var caption: String
  /// Left to right.
  package var stages: [Report.NetworkStage]

  /// Stages, left to right.
  package init(caption: String, stages: [Report.NetworkStage]) {
    self.caption = caption
    self.stages = stages
  }

  private static let (columnWidth, columnGap) = (128.0, 8.0)
  private static let (rowHeight, arrow, top) = (82.0, 16.0, 26.0)
  /// Rows beyond these are not drawn.
  private static let rowLimit = 200

  package var picture: Picture {
    let alternative = ([caption] + stages.map(sentence)).joined(separator: " ")
    let rows = stages.flatMap(boxes).map(\.rows.upperBound).max() ?? 0
    let width = max(SVG.width, (Self.columnWidth + Self.columnGap) * Double(stages.count) - Self.columnGap)
    var svg = SVG(width: width)
    for (column, stage) in stages.enumerated() { draw(stage, column, &svg) }
    let height = Self.top + Self.rowHeight * Double(rows) - (rows > 0 ? Self.arrow - 2 : 0)
    return Picture(
      caption: caption, alternative: alternative, svg: svg.closed(height: height, alternative: alternative),
      plain: stages.flatMap(plain))
  }

  /// Each step with rows of its own: at least one, after those of the step before.
  private func boxes(_ stage: Report.NetworkStage) -> [(node: Report.NetworkStage.Node, rows: Range<Int>)] {
    var end = 0
    var boxes: [(node: Report.NetworkStage.Node, rows: Range<Int>)] = []
    for node in stage.nodes where end < Self.rowLimit {
      let first = max(end, min(node.rows.lowerBound, Self.rowLimit - 1))
      end = max(first + 1, min(node.rows.upperBound, Self.rowLimit))
      boxes.append((node, first..<end))
    }
    return boxes
  }

  private func draw(_ stage: Report.NetworkStage, _ column: Int, _ svg: inout SVG) {
    let x = (Self.columnWidth + Self.columnGap) * Double(column)
    let middle = x + Self.columnWidth / 2
    svg.text(stage.title, x: middle, y: 15, style: .figure, anchor: .middle, room: Self.columnWidth)
    var end: Double?
    for (node, rows) in boxes(stage) {
      let y = Self.top + Self.rowHeight * Double(rows.lowerBound)
      let height = Self.rowHeight * Double(rows.count) - Self.arrow
      if let end {
        svg.line("arrow", middle, end, middle, y - 5)
        svg.path("head", "M\(SVG.number(middle - 4)) \(SVG.number(y - 6))h8l-4 5.5z")
      }
      svg.box(
        "node " + (node.numbers.map { $0.rawValue + "-node" } ?? "plain-node"), x: x + 1, y: y,
        width: Self.columnWidth - 2, height: height, radius: 4)
      write(node, middle, y, height, &svg)
      end = y + height
    }
  }

  /// The step's name, what it does, and what leaves it, in the middle of its box.
  private func write(_ node: Report.NetworkStage.Node, _ x: Double, _ y: Double, _ height: Double, _ svg: inout SVG) {
    let room = Self.columnWidth - 10
    let operation = SVGText.wrapped(node.operation, room, lines: 2, .small)
    let last = [node.shape, node.numbers?.rawValue ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
    let lines = operation.count + (node.name.isEmpty ? 0 : 1) + (last.isEmpty ? 0 : 1)
    var baseline = y + height / 2 - 7.5 * Double(lines) + 12
    func write(_ text: String, _ style: SVGText.Style) {
      if text.isEmpty { return }
      svg.text(text, x: x, y: baseline, style: style, anchor: .middle, room: room)
      baseline += 15
    }
    write(node.name, .name)
    for line in operation { write(line, .small) }
    write(last, .small)
  }

  private func sentence(_ stage: Report.NetworkStage) -> String {
    stage.title + ": "
      + stage.nodes.map { node in
        [node.name, node.operation, node.shape, node.numbers?.rawValue ?? ""].filter { !$0.isEmpty }
          .joined(separator: ", ")
      }.joined(separator: "; ") + "."
  }

  private func plain(_ stage: Report.NetworkStage) -> [String] {
    let names = Letters.widest(stage.nodes.map(\.name), limit: 18)
    return [Letters.fitted(stage.title)]
      + stage.nodes.map { node in
        "  " + Letters.padded(node.name, names) + "  " + Letters.padded(node.operation, 30) + "  "
          + Letters.padded(node.shape, 14) + "  " + (node.numbers?.rawValue ?? "")
      }
  }
}
