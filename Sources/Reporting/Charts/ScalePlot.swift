/// The scales of a tensor's channels, side by side.
struct ScalePlot: Sendable, Hashable {
  var caption: String
  /// One for each channel.
  var scales: [Double]

  private static let (width, left, right) = (360.0, 6.0, 354.0)
  private static let (top, ground, height) = (18.0, 100.0, 120.0)

  var picture: Picture {
    var svg = SVG(width: Self.width, height: Self.height)
    svg.text(words, x: Self.left, y: 10, room: Self.right - Self.left)
    let axis = Axis(over: scales, from: Self.ground, to: Self.top, includingZero: true)
    let step = (Self.right - Self.left) / Double(max(scales.count, 1))
    svg.bars(
      "int8",
      scales.enumerated().map { index, scale in
        let gap = step > 3 ? 1.0 : 0
        return (Self.left + step * Double(index), max(step - gap, 0.3), Self.ground - axis.place(scale))
      }, ground: Self.ground)
    svg.line("axis", Self.left, Self.ground, Self.right, Self.ground)
    if let median { svg.line("median", Self.left, axis.place(median), Self.right, axis.place(median)) }
    let last = "channel \(max(scales.count - 1, 0))"
    svg.text("channel 0", x: Self.left, y: Self.ground + 14, kind: "quiet", room: 120)
    svg.text(last, x: Self.right, y: Self.ground + 14, .end, kind: "quiet", room: 120)
    return svg.picture(
      caption: caption, alternative: "\(caption) \(words).", plain: [PlainPicture.sparkline(scales), words])
  }

  private var median: Double? {
    let sorted = scales.filter(\.isFinite).sorted()
    return sorted.isEmpty ? nil : sorted[sorted.count / 2]
  }

  private var words: String {
    let finite = scales.filter(\.isFinite)
    guard let low = finite.min(), let high = finite.max(), let median else { return "no scale" }
    return
      "\(Format.rounded(Float(low))) … \(Format.rounded(Float(high))), median (dashed) \(Format.rounded(Float(median)))"
  }
}
