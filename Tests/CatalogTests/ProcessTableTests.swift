import Catalog
import Foundation
import Testing

@Suite("Who is running")
struct ProcessTableTests {
  let fixture: Fixture
  init() throws { fixture = try Fixture() }

  private func begin(_ processes: ProcessTable) throws -> Int64 {
    try Catalog(path: fixture.path, processes: processes).begin(.plain())
  }

  private func statuses() throws -> [String] {
    try fixture.select("SELECT id, status, coalesce(error, '-') FROM run ORDER BY id")
  }

  @Test("a run whose process is gone is lost when the next begins")
  func goneProcess() throws {
    _ = try begin(.fake(pid: 100))
    _ = try begin(.fake(pid: 101, running: [101: 6000]))
    #expect(
      try statuses() == ["1|lost|process 100 ended without closing this run", "2|running|-"])
  }

  @Test("a process that is alive keeps its run")
  func aliveProcess() throws {
    _ = try begin(.fake(pid: 100))
    _ = try begin(.fake(pid: 101, running: [100: 5000, 101: 6000]))
    #expect(try statuses() == ["1|running|-", "2|running|-"])
  }

  @Test("a recycled pid does not revive a dead run")
  func recycledPID() throws {
    _ = try begin(.fake(pid: 100))
    _ = try begin(.fake(pid: 101, running: [100: 5001, 101: 6000]))
    #expect(
      try statuses() == [
        "1|lost|process 100 ended without closing this run, and its number went to another", "2|running|-",
      ])
  }

  @Test("after a restart nothing from before is running, though pid and ticks agree")
  func otherBoot() throws {
    _ = try begin(.fake(pid: 100, boot: "boot-1"))
    _ = try begin(.fake(pid: 100, boot: "boot-2"))
    #expect(
      try statuses() == [
        "1|lost|the machine was restarted before process 100 closed this run", "2|running|-",
      ])
  }

  @Test("another machine's run is left alone")
  func otherHost() throws {
    _ = try begin(.fake(host: "elsewhere", pid: 100, boot: "boot-9"))
    _ = try begin(.fake(pid: 101, running: [101: 6000]))
    #expect(try statuses() == ["1|running|-", "2|running|-"])
  }

  @Test("reconcile alone marks and names the lost runs")
  func reconcile() throws {
    _ = try begin(.fake(pid: 100))
    let later = try Catalog(path: fixture.path, processes: .fake(pid: 101, running: [101: 6000]))
    #expect(try later.reconcile() == [1])
    #expect(try later.reconcile() == [])
  }

  /// From inside another container, say, a process may look gone that is not.
  @Test("a run marked lost whose process lives after all may be finished")
  func wronglyLost() throws {
    let alive = try Catalog(path: fixture.path, processes: .fake(pid: 100))
    let run = try alive.begin(.plain())
    try Catalog(path: fixture.path, processes: .fake(pid: 101, running: [101: 6000])).reconcile()
    try alive.finish(run: run, .succeeded(.init()))
    #expect(try statuses() == ["1|succeeded|-"])
  }

  @Test("a program's name with spaces and parentheses does not shift the fields")
  func statFields() {
    let tail = (4...21).map(String.init).joined(separator: " ")
    #expect(ProcessTable.startTicks(inStat: "7 (a) b (c)) S \(tail) 987654 23 24") == 987_654)
    #expect(ProcessTable.startTicks(inStat: "7 (gone) Z \(tail) 987654 23 24") == nil)
    #expect(ProcessTable.startTicks(inStat: "7 (cut) S 1 2") == nil)
    #expect(ProcessTable.startTicks(inStat: "") == nil)
  }

  @Test("the running machine answers")
  func system() throws {
    let current = try ProcessTable.system.current()
    #expect(current.pid == ProcessInfo.processInfo.processIdentifier)
    #expect(ProcessTable.system.startTicks(current.pid) == current.startTicks)
    #expect(current.bootID.count == 36)
    #expect(try #require(ProcessTable.system.peakMemoryBytes()) > 1_000_000)
    // A child that has ended and was waited for is gone.
    let child = Process()
    child.executableURL = URL(fileURLWithPath: "/bin/true")
    try child.run()
    child.waitUntilExit()
    #expect(ProcessTable.system.startTicks(child.processIdentifier) == nil)
  }
}
