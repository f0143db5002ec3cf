import Foundation

/// A progress bar on a terminal; silence elsewhere, where one line per step says enough.
public final class Progress: @unchecked Sendable {
  // Unchecked: a stage talks from one thread.
  private let label: String
  private let isShown: Bool
  private var drawn = ""

  init(label: String, isShown: Bool) {
    self.label = label
    self.isShown = isShown && Terminal.isInteractive
  }

  /// Says that `done` of `total` parts are done.
  public func update(_ done: Int, of total: Int, _ what: String = "") {
    guard isShown else { return }
    let line = Progress.draw(label: label, what: what, done: done, of: total, width: Terminal.width)
    guard line != drawn else { return }
    drawn = line
    Terminal.write("\r\(line)\u{1B}[K")
  }

  /// Takes the bar away, so that a line can be written.
  public func clear() {
    guard !drawn.isEmpty else { return }
    drawn = ""
    Terminal.write("\r\u{1B}[K")
  }

  /// The bar as text, at most `width - 1` characters: `train epoch 1 of 2 [#####.....]  50 %`.
  package static func draw(label: String, what: String, done: Int, of total: Int, width: Int) -> String {
    let share = total > 0 ? min(max(Double(done) / Double(total), 0), 1) : 1
    let head = what.isEmpty ? label : "\(label) \(what)"
    let tail = String(repeating: " ", count: share < 0.1 ? 2 : share < 1 ? 1 : 0) + "\(Int(share * 100)) %"
    let room = min(width - 1 - head.count - tail.count - 4, 40)
    guard room >= 4 else { return String("\(head) \(tail)".prefix(max(width - 1, 0))) }
    let filled = Int(share * Double(room))
    let bar = String(repeating: "#", count: filled) + String(repeating: ".", count: room - filled)
    return "\(head) [\(bar)] \(tail)"
  }
}
