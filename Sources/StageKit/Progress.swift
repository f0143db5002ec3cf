import Foundation

/// A progress bar on a terminal; silence elsewhere, where one line per step says enough.
///
/// It is drawn at most ten times a second, and once more when a part is complete. The terminal's width is asked for each
/// time, so that a window may change its size.
public final class Progress: @unchecked Sendable {
  // Unchecked: a stage talks from one thread.
  private let label: String
  private let isShown: Bool
  private let now: () -> Double
  private let width: () -> Int
  private let write: (String) -> Void
  private var rate = Rate()
  private var part: (what: String, total: Int)?
  private var drawn = ""
  private var drawnAt = -Double.infinity

  /// Seconds between two drawings.
  private static let pause = 0.1

  convenience init(label: String, isShown: Bool) {
    let clock = ContinuousClock()
    let start = clock.now
    self.init(
      label: label, isShown: isShown && Terminal.standard.hasBar, now: { (clock.now - start) / .seconds(1) },
      width: { Terminal.width(of: STDERR_FILENO) ?? 80 }, write: Terminal.write)
  }

  /// A bar that asks what time it is, in seconds from any start, and how wide the terminal is.
  package init(
    label: String, isShown: Bool, now: @escaping () -> Double, width: @escaping () -> Int,
    write: @escaping (String) -> Void
  ) {
    self.label = label
    self.isShown = isShown
    self.now = now
    self.width = width
    self.write = write
  }

  /// Says that `done` of `total` are done.
  /// - Parameters:
  ///   - what: the part that they belong to, `epoch 1 of 2`. With another part, or another total, the count begins anew.
  ///   - unit: what is counted, `images`; with it the bar shows how many a second, and the time left of this part. None
  ///     where parts are not alike, and nothing follows from them.
  ///   - figure: what stands so far, `loss 0.1830`.
  public func update(_ done: Int, of total: Int, _ what: String = "", unit: String? = nil, figure: String = "") {
    guard isShown else { return }
    let time = now()
    let isNew = part.map { $0 != (what, total) } ?? true
    if isNew { rate.begin() }
    part = (what, total)
    rate.count(done, at: time)
    guard isNew || done >= total || time - drawnAt >= Self.pause else { return }
    let line = Self.draw(
      Bar(
        label: label, what: what, done: done, total: total, rate: unit == nil ? nil : rate.perSecond, unit: unit ?? "",
        figure: figure), width: width())
    drawnAt = time
    guard line != drawn else { return }
    drawn = line
    write("\r\(line)\u{1B}[K")
  }

  /// Takes the bar away and writes a text in its place, both at once.
  package func clear(writing text: String = "") {
    let eraser = drawn.isEmpty ? "" : "\r\u{1B}[K"
    drawn = ""
    drawnAt = -.infinity
    if !eraser.isEmpty || !text.isEmpty { write(eraser + text) }
  }
}

extension Progress {
  /// What a bar shows.
  package struct Bar: Sendable, Equatable {
    package var label: String
    package var what = ""
    package var done: Int
    package var total: Int
    /// Units a second, nil as long as nobody knows.
    package var rate: Double?
    package var unit = ""
    package var figure = ""

    package init(
      label: String, what: String = "", done: Int, total: Int, rate: Double? = nil, unit: String = "",
      figure: String = ""
    ) {
      self.label = label
      self.what = what
      self.done = done
      self.total = total
      self.rate = rate
      self.unit = unit
      self.figure = figure
    }

    /// What is done of all, 0 to 1. Counts that make no sense are an end of the bar.
    var share: Double { total > 0 ? min(max(Double(done) / Double(total), 0), 1) : 1 }
  }

  /// The bar as text, at most `width - 1` characters:
  /// `train  epoch 1 of 2 [#####.....]  50 %  14.9k images/s  2 s left  loss 0.1830`.
  ///
  /// Where that is too long, fields go from the right: the figure, the time left, the rate; then the bar itself; what
  /// remains is cut. The bar is an eighth of the terminal, so that it does not move as figures change.
  package static func draw(_ bar: Bar, width: Int) -> String {
    let room = max(width - 1, 0)
    let head = bar.what.isEmpty ? bar.label : "\(bar.label)  \(bar.what)"
    let percent = "\(Int(bar.share * 100)) %"
    let tail = String(repeating: " ", count: max(5 - percent.count, 0)) + percent
    let cells = min(max(width / 8, 4), 40)
    let filled = Int(bar.share * Double(cells))
    let picture = String(repeating: "#", count: filled) + String(repeating: ".", count: cells - filled)
    let rate = bar.rate.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    let left = rate.flatMap { bar.done < bar.total ? Double(bar.total - bar.done) / $0 : nil }
    var fields = [rate.map { "\(short($0)) \(bar.unit)/s" }, left.map { "\(clock($0)) left" }, bar.figure]
      .compactMap { $0.flatMap { $0.isEmpty ? nil : $0 } }
    while true {
      let line = (["\(head) [\(picture)] \(tail)"] + fields).joined(separator: "  ")
      if line.count <= room { return line }
      if fields.popLast() == nil { return String("\(head) \(tail)".prefix(room)) }
    }
  }

  /// Three digits that count: `7.42`, `315`, `14.9k`, `1.20M`.
  package static func short(_ rate: Double) -> String {
    let steps = [(1.0, ""), (1e3, "k"), (1e6, "M"), (1e9, "G")]
    // Each limit is where the smaller step would round up to 1,000.
    let (step, name) = steps.last { rate >= $0.0 * 0.9995 } ?? steps[0]
    let value = rate / step
    return String(format: value < 9.995 ? "%.2f" : value < 99.95 ? "%.1f" : "%.0f", value) + name
  }

  /// `2 s`, `1:05`, `2:03:40`; rounded up, so that none is left only when nothing is.
  package static func clock(_ seconds: Double) -> String {
    // Less than a millisecond above a whole second is what rounding left of it.
    let whole = max(Int((min(seconds, 359_999) - 0.001).rounded(.up)), 1)
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    if hours > 0 { return String(format: "%d:%02d:%02d", hours, minutes, rest) }
    return minutes > 0 ? String(format: "%d:%02d", minutes, rest) : "\(rest) s"
  }

  /// How fast a count grows, from the last few seconds: what was counted and the time that it took both fade alike, so
  /// that neither one slow batch nor a slow start long ago decides.
  package struct Rate: Sendable {
    /// The time after which a second counts for a third of what it did.
    private static let memory = 3.0
    /// Below this time nothing is said: a first batch pays for cold caches and tells little.
    private static let basis = 0.5
    private var last: (done: Int, time: Double)?
    private var (units, seconds) = (0.0, 0.0)
    private var counted = 0.0

    package init() {}

    /// Forgets everything: what comes is counted from its own start.
    package mutating func begin() { self = Rate() }

    /// Takes in that `done` are done by now. A count or a clock that goes backwards begins anew.
    package mutating func count(_ done: Int, at time: Double) {
      defer { last = (done, time) }
      guard let last else { return }
      guard done >= last.done, time >= last.time else { return begin() }
      let passed = time - last.time
      let kept = exp(-passed / Self.memory)
      units = units * kept + Double(done - last.done)
      seconds = seconds * kept + passed
      counted += passed
    }

    /// Units a second, nil without half a second to go by, or when nothing was done in it.
    package var perSecond: Double? { counted >= Self.basis && units > 0 ? units / seconds : nil }
  }
}
