import Evaluation
import Foundation
import Testing

@Suite("diff-layers")
struct DiffLayersTests {
  private let workshop: Workshop
  init() throws { workshop = try Workshop.finished() }

  private static let data = ["--input", "data/manifest.json"]

  private func json(_ arguments: [String]) throws -> [String: Any] {
    let ending = try workshop.run("diff-layers", arguments + Self.data + ["--json"])
    #expect(ending.code == 0 && ending.errors == "")
    return try #require(try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
  }

  // evaluate computes float convolutions by Winograd's algorithm where it can, diff-layers directly: a difference of
  // 1e-6, far below that of int8.
  @Test("float against int8: the ratios that evaluate wrote, layer by layer")
  func evaluated() throws {
    let object = try json(["fuse.safetensors", "convert.safetensors"])
    #expect(object["images"] as? Int == 200 && object["dataset"] as? String == "synthetic-digits")
    let layers = try #require(object["layers"] as? [[String: Any]])
    #expect(layers.map { $0["layer"] as? String } == ["quant", "conv1", "pool", "flatten", "fc1", "fc2"])
    for expected in try FloatInt8Comparison(json: workshop.bytes("metrics.json")).layers {
      let found = try #require(layers.first { $0["layer"] as? String == expected.name })
      #expect(abs((found["sqnr_db"] as? Double ?? .nan) - expected.sqnr) < 0.01, "\(expected.name)")
    }
  }

  @Test("a scale that moved is named, and integers after it are not compared")
  func moved() throws {
    try workshop.edit("octavo.yaml", "range: [0, 127]", "range: [0, 126]")
    let outputs = ["calibrate.safetensors", "convert.safetensors"]
    try workshop.write(try workshop.bytes(outputs[1]), to: "before.safetensors")
    for stage in [Stage.calibrate, .convert] { try workshop.succeed(stage) }
    let object = try json(["before.safetensors", "convert.safetensors", "--images", "50"])
    #expect(object["images"] as? Int == 50 && object["first_difference"] as? String == "quant")
    let same = try json(["before.safetensors", "before.safetensors"])
    #expect(same["first_difference"] is NSNull)
    for (object, word) in [(object, "other_scales"), (same, "compared")] {
      let layers = try #require(object["layers"] as? [[String: Any]])
      #expect(layers.allSatisfy { $0["integers"] as? String == word })
    }
  }

  @Test("make has a word for it, and says what it lacks")
  func make() throws {
    let tree = try Tree.made()
    let models = ["fuse", "one/convert"].map { "Artifacts/tiny/\($0)/model.safetensors" }
    let ending = try tree.make("diff-layers", "A=\(models[0])", "B=\(models[1])")
    #expect(ending.code == 0 && ending.errors == "")
    #expect(ending.output.contains("first layer that differs: quant"))
    for (words, lacking) in [(["B=x"], "A"), (["A=x"], "B")] {
      let ending = try tree.make(["diff-layers"] + words)
      #expect(ending.code == 2)
      #expect(ending.errors.contains("make diff-layers A=... B=...: expected two models, found no \(lacking)"))
    }
  }

  @Test("what cannot be compared is one line, exit code 1; a wrong number of images is usage")
  func errors() throws {
    let calls: [([String], String)] = [
      (["none.safetensors", "fuse.safetensors"], "none.safetensors: cannot be read: No such file or directory"),
      (
        ["fuse.safetensors", "calibrate.safetensors"],
        "calibrate.safetensors: expected a checkpoint that train or fuse or convert or import-quantized wrote, found one that calibrate "
          + "wrote; name that one in its place"
      ),
    ]
    for (arguments, error) in calls {
      let ending = try workshop.run("diff-layers", arguments + Self.data)
      #expect(ending.code == 1 && ending.output == "" && ending.errorLines.count == 1)
      #expect(ending.errors.hasPrefix("diff-layers: error: \(error)"), "\(ending.errors)")
    }
    let none = try workshop.run("diff-layers", ["fuse.safetensors", "fuse.safetensors", "--images", "0"] + Self.data)
    #expect(none.code == 64)
  }
}
