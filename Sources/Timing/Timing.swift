/// How long one pass of some work took, over several passes.
public struct Timing: Sendable, Equatable, Codable {
  /// How many were timed.
  public let passes: Int
  /// The median in seconds: the middle one, or the mean of the middle two.
  public let median: Double
  /// The shortest, in seconds.
  public let least: Double
  /// The longest.
  public let greatest: Double

  /// The passes that took so many seconds each.
  /// - Precondition: there is one.
  public init(seconds: [Double]) {
    precondition(!seconds.isEmpty, "a median of nothing")
    let sorted = seconds.sorted()
    passes = sorted.count
    median = (sorted[(passes - 1) / 2] + sorted[passes / 2]) / 2
    least = sorted[0]
    greatest = sorted[passes - 1]
  }

  /// The longest pass over the shortest, less one: 0 where all took the same time.
  public var spread: Double { greatest / least - 1 }
}

/// Takes times. All work that is given at once runs in turn, pass by pass, so that whatever else the machine does falls
/// on all of it, and no work's passes all lie in one bad moment.
public struct Stopwatch: Sendable {
  /// Passes that are timed, an odd number.
  public let passes: Int
  /// The least that a pass lasts, in seconds: short work is repeated until it does.
  public let leastSeconds: Double
  /// What the passes of one work may last together: long work has fewer, but one.
  public let mostSeconds: Double
  private let seconds: @Sendable (() -> Void) -> Double

  /// A stopwatch for so many passes.
  /// - Precondition: `passes` is odd and positive.
  public init(passes: Int, leastSeconds: Double, mostSeconds: Double = 8) {
    self.init(
      passes: passes, leastSeconds: leastSeconds, mostSeconds: mostSeconds, seconds: { Self.seconds($0) })
  }

  /// A stopwatch by another clock: `seconds` runs what it is given, and says how many seconds above 0 that took.
  /// - Precondition: `passes` is odd and positive.
  package init(
    passes: Int, leastSeconds: Double, mostSeconds: Double, seconds: @escaping @Sendable (() -> Void) -> Double
  ) {
    precondition(passes > 0 && passes % 2 == 1, "a median needs an odd number of passes")
    self.passes = passes
    self.leastSeconds = leastSeconds
    self.mostSeconds = mostSeconds
    self.seconds = seconds
  }

  /// The seconds that something takes.
  public static func seconds(_ body: () throws -> Void) rethrows -> Double {
    // A clock that did not move would make a rate infinite.
    max(try ContinuousClock().measure(body) / .seconds(1), 1e-9)
  }

  /// Times several pieces of work, a pass of each in turn; the figures are those of one repetition.
  ///
  /// A run of each goes before all passes, and one before each pass of short work, untimed: the others have emptied the
  /// caches.
  public func time(_ works: [() -> Void]) -> [Timing] {
    let plans = works.map(plan)
    var taken = works.map { _ in [Double]() }
    for pass in 0..<passes {
      for (index, work) in works.enumerated() where pass < plans[index].passes {
        let count = plans[index].repetitions
        if count > 1 { work() }
        taken[index].append(seconds { for _ in 0..<count { work() } } / Double(count))
      }
    }
    return taken.map(Timing.init)
  }

  private func plan(_ work: () -> Void) -> (passes: Int, repetitions: Int) {
    var once = seconds(work)
    // What the first run takes longer, cold caches say, must not make passes too short.
    if once < leastSeconds { once = min(seconds(work), seconds(work)) }
    let affordable = Int(min(mostSeconds / once, Double(passes)))
    // An odd number, so that the median is one of them.
    return (max(affordable - (affordable + 1) % 2, 1), max(1, Int((leastSeconds / once).rounded(.up))))
  }
}
