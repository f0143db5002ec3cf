import Kernels
import Testing

@Suite("Same inputs, same bytes")
struct SameBytesTests {
  @Test("a second time, in another folder")
  func again() throws { try expectSameBytes([:]) }

  @Test("on one thread and on two", arguments: ["1", "2"])
  func threads(_ count: String) throws { try expectSameBytes(["OCTAVO_THREADS": count]) }

  @Test("in plain C and with every instruction set of this machine", arguments: InstructionSet.available)
  func instructionSet(_ set: InstructionSet) throws { try expectSameBytes(["OCTAVO_ISA": set.rawValue]) }

  /// Runs all stages whose outputs hold no times, and compares with those that ran without settings.
  private func expectSameBytes(_ environment: [String: String]) throws {
    let (first, second) = (try Workshop.finished(), try Workshop())
    for stage in Stage.deterministic {
      try second.succeed(stage, environment: environment)
      #expect(try first.sha256(stage.output) == second.sha256(stage.output), "\(stage.name), \(environment)")
    }
    let row = try second.select("SELECT DISTINCT instruction_set, threads FROM run")
    #expect(row.count == 1)
    if let set = environment["OCTAVO_ISA"] { #expect(row[0].hasPrefix("\(set)|")) }
    if let threads = environment["OCTAVO_THREADS"] { #expect(row[0].hasSuffix("|\(threads)")) }
  }

  @Test("a row that is printed at every level leaves the artifact alone", arguments: ["debug", "error"])
  func logLevel(_ level: String) throws {
    let workshop = try Workshop.finished()
    let before = try workshop.sha256("calibrate.safetensors")
    let ending = try workshop.run(.calibrate, adding: ["--log-level", level])
    #expect(ending.code == 0)
    #expect(ending.errors.isEmpty == (level == "error"))
    #expect(try workshop.sha256("calibrate.safetensors") == before)
  }
}
