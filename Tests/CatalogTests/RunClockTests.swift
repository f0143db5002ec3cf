import Catalog
import Foundation
import Synchronization
import Testing

/// A clock that can be set, and one that cannot.
private final class Clocks: Sendable {
  let date = Mutex(Date(timeIntervalSince1970: 1_767_225_600.125))
  let uptime = Mutex(1000.0)

  func pass(_ seconds: Double, setting correction: Double) {
    date.withLock { $0.addTimeInterval(seconds + correction) }
    uptime.withLock { $0 += seconds }
  }
}

@Suite("A run's time")
struct RunClockTests {
  private let fixture: Fixture
  private let clocks = Clocks()
  init() throws { fixture = try Fixture() }

  private func opened() throws -> Catalog {
    let clocks = clocks
    return try Catalog(
      path: fixture.path, processes: .fake(), now: { clocks.date.withLock { $0 } },
      uptime: { clocks.uptime.withLock { $0 } })
  }

  @Test(
    "is what has passed, though the clock was set two hours back or forth meanwhile", arguments: [-7200.0, 0, 7200.0])
  func correction(_ correction: Double) throws {
    let catalog = try opened()
    let run = try catalog.begin(.plain())
    clocks.pass(2.5, setting: correction)
    try catalog.finish(run: run, .succeeded(.init()))
    #expect(
      try fixture.select("SELECT started_at, finished_at, round(duration_s, 3) FROM run") == [
        "2026-01-01T00:00:00.125Z|2026-01-01T00:00:02.625Z|2.5"
      ])
    // The next run begins when the clock, as it was set, says it does.
    let next = try catalog.begin(.plain())
    let start = try #require(try catalog.run(next)?.startedAt)
    #expect(start == Date(timeIntervalSince1970: 1_767_225_602.625 + correction))
  }

  @Test("of two runs of one process is each its own")
  func twoRuns() throws {
    let catalog = try opened()
    let first = try catalog.begin(.plain())
    clocks.pass(1, setting: 0)
    let second = try catalog.begin(.plain())
    clocks.pass(2, setting: -100)
    try catalog.finish(run: second, .failed(error: "e"))
    try catalog.finish(run: first, .succeeded(.init()))
    #expect(try fixture.select("SELECT round(duration_s, 3) FROM run ORDER BY id") == ["3.0", "2.0"])
  }

  @Test("of a run that another process began is told by the clock")
  func anotherProcess() throws {
    let run = try opened().begin(.plain())
    clocks.pass(4, setting: 0)
    try opened().finish(run: run, .succeeded(.init()))
    #expect(try fixture.select("SELECT round(duration_s, 3) FROM run") == ["4.0"])
  }

  @Test("grows by itself")
  func systemUptime() {
    let first = Catalog.systemUptime()
    #expect(first > 0 && Catalog.systemUptime() >= first)
  }
}
