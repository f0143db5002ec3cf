import Checkpoints
import Foundation
import Tensors
import Testing

@Suite("emulate", .enabled("there is no gcc on the PATH") { Program.isThere("gcc") })
struct EmulateTests {
  private let workshop: Workshop
  init() throws {
    workshop = try Workshop.finished()
    for (format, output, input) in [("c", "model.c", []), ("vectors", "vectors.safetensors", ["data/manifest.json"])] {
      let arguments = ["--format", format, "--output", output, "--input", "convert.safetensors"] + input
      let ending = try workshop.run("export", arguments + ["--catalog", "catalog.sqlite", "--quiet"])
      guard ending.code == 0 else { throw StageFailed(stage: "export", ending: ending) }
    }
  }

  private func emulate(_ machine: String, _ others: [String] = [], path: String? = nil) throws -> Program.Ending {
    try workshop.run(
      "emulate",
      ["--machine", machine, "--config"] + Papers.harness() + ["--input", "model.c", "model.h", "vectors.safetensors"]
        + ["--output", "emulation.json", "--catalog", "catalog.sqlite", "--pipeline", "tiny", "--scheme", "octavo"]
        + others,
      environment: path.map { ["PATH": $0] } ?? [:])
  }

  /// Another score for one class of the fourth image.
  private func moveAScore() throws {
    try workshop.edit(checkpoint: "vectors.safetensors") { checkpoint in
      guard var scores = checkpoint.tensors["scores"]?.u8 else { return }
      scores[30] ^= 1
      checkpoint.tensors["scores"] = Tensor([200, 10], scores)
    }
  }

  private static let machines = [
    ("host", "gcc", false), ("cortex-m3", "qemu-system-arm", true), ("cortex-m4", "qemu-system-arm", true),
    ("cortex-m7", "qemu-system-arm", true), ("cortex-m55", "qemu-system-arm", true), ("riscv64", "qemu-riscv64", false),
  ]

  // Without the tools of a machine, a line says so and the case says nothing of it: make setup-emulators brings them.
  @Test("every score is the engine's, and the figures are recorded", arguments: machines)
  func equal(_ machine: String, _ tool: String, _ counts: Bool) throws {
    guard Program.isThere(tool) else {
      return print("emulate on \(machine) is not tested: there is no \(tool) on the PATH")
    }
    let ending = try emulate(machine, ["--images", "40"])
    #expect(ending.code == 0, "\(ending.errors)")
    let figures = try #require(
      try JSONSerialization.jsonObject(with: Data(workshop.bytes("emulation.json"))) as? [String: Any])
    #expect(figures["images"] as? Int == 40 && figures["scores"] as? Int == 400)
    #expect(figures["differing_scores"] as? Int == 0 && figures["other_class"] as? Int == 0)
    let flash = try #require(figures["flash_bytes"] as? Int)
    #expect(flash > 1000 && figures["ram_bytes"] as? Int ?? 0 > 100)
    #expect((figures["instructions_per_image"] is NSNull) == !counts)
    #expect(
      try workshop.select("SELECT machine, images, differing_scores, flash_bytes, path FROM device")
        == ["\(machine)|40|0|\(flash)|model.c"])
  }

  @Test("a score that differs fails the stage by machine and image; where it may differ, it is counted")
  func different() throws {
    try moveAScore()
    let ending = try emulate("host", ["--images", "40"])
    #expect(ending.code == 1 && ending.errorLines.count == 1)
    #expect(
      ending.errors.hasPrefix(
        "emulate octavo: error: host: expected the engine's scores, found other ones for 1 of 40 images, the first of "
          + "them image 3") || ending.errors.contains("found other ones for 1 of 40 images, the first of them image 3"))
    #expect(!workshop.exists("emulation.json"))
    #expect(try workshop.select("SELECT count(*) FROM emulation") == ["0"])
    #expect(try emulate("host", ["--images", "40", "--may-differ"]).code == 0)
    #expect(try workshop.select("SELECT scores, differing_scores FROM emulation") == ["400|1"])
  }

  @Test("a machine that there is not, and a compiler that is missing, are named")
  func missing() throws {
    let unknown = try emulate("vax")
    #expect(unknown.code == 1 && unknown.errors.contains("--machine: expected one of host, cortex-m3"))
    let bare = try emulate("cortex-m4", path: "/nowhere")
    #expect(bare.code == 1)
    #expect(bare.errors.contains("no 'arm-none-eabi-gcc' on the PATH; make setup-emulators installs it"))
  }

  @Test("C that does not compile is the compiler's own line")
  func broken() throws {
    try workshop.edit("model.c", "#include \"model.h\"", "#include \"model.h\"\nint broken(void) { return 1 }")
    let ending = try emulate("host")
    #expect(ending.code == 1 && ending.errorLines.count == 1)
    #expect(ending.errors.contains("gcc: exit code 1: model.c:") && ending.errors.contains("expected ';'"))
  }
}
