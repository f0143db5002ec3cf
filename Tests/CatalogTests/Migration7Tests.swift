import Catalog
import GRDB
import Testing

/// What exported models did on other machines.
@Suite("The tables of version 7")
struct Migration7Tests {
  let fixture: Fixture
  let catalog: Catalog
  init() throws {
    fixture = try Fixture()
    catalog = try Catalog(path: fixture.path)
  }

  private func emulation(_ machine: String, instructions: Double? = 1000) -> Catalog.Emulation {
    Catalog.Emulation(
      machine: machine, processor: "Arm Cortex-M4", images: 500, scores: 5000, differingScores: 3, otherClass: 1,
      flashBytes: 65_000, ramBytes: 6000, instructionsPerImage: instructions,
      referenceInstructionsPerImage: instructions.map { 2.5 * $0 })
  }

  /// A run of emulate that read a C file and test vectors.
  private func record(_ emulation: Catalog.Emulation, scheme: String = "octavo") throws -> Int64 {
    var start = Catalog.RunStart.plain()
    (start.stage, start.pipeline, start.scheme) = ("emulate", "tiny", scheme)
    let run = try catalog.begin(start)
    let files = [("v.safetensors", "f"), ("model.c", "c")].map { path, digit in
      Catalog.RunArtifact(
        .input, .init(sha256: String(repeating: digit, count: 64), bytes: 1, path: path, kind: "file"))
    }
    try catalog.finish(run: run, .succeeded(.init(artifacts: files, emulation: emulation)))
    return run
  }

  @Test("the newest run of each scheme and machine, with the C file that it compiled")
  func device() throws {
    _ = try record(emulation("cortex-m4", instructions: 7))
    let newest = try record(emulation("cortex-m4"))
    let other = try record(emulation("riscv64", instructions: nil), scheme: "qat")
    #expect(
      try fixture.select("SELECT scheme, machine, times_fewer, run, path, substr(sha256, 1, 1) FROM device")
        == ["octavo|cortex-m4|2.5|\(newest)|model.c|c", "qat|riscv64|NULL|\(other)|model.c|c"])
    #expect(try catalog.emulation(of: newest) == emulation("cortex-m4"))
    let devices = try catalog.devices(of: "tiny")
    #expect(
      devices.map(\.scheme) == ["octavo", "qat"] && devices.map(\.emulation.machine) == ["cortex-m4", "riscv64"])
    #expect(try catalog.devices(of: "other").isEmpty)
  }

  @Test("a run without images, or of less than no bytes, is refused")
  func checks() throws {
    for change: (inout Catalog.Emulation) -> Void in [
      { $0.images = 0 }, { $0.flashBytes = 0 }, { $0.ramBytes = -1 }, { $0.differingScores = -1 }, { $0.machine = "" },
      { $0.instructionsPerImage = 0 },
    ] {
      var odd = emulation("cortex-m4")
      change(&odd)
      #expect(throws: (any Error).self) { try record(odd) }
    }
  }
}
