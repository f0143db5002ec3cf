import Evaluation
import Foundation
import TestSupport
import Testing

@Suite("predict")
struct PredictTests {
  private let workshop: Workshop
  init() throws { workshop = try Workshop.finished() }

  private static let models = ["--model", "fuse.safetensors", "--model", "convert.safetensors"]

  /// The test images as PNG files, inverted where asked, and their classes.
  private func pictures(_ count: Int, isInverted: Bool = false) throws -> (names: [String], labels: [Int]) {
    let pixels = try workshop.bytes("data/synthetic-digits/t10k-images-idx3-ubyte").dropFirst(16)
    let labels = try workshop.bytes("data/synthetic-digits/t10k-labels-idx1-ubyte").dropFirst(8).prefix(count)
    let names = (0..<count).map { "digit\($0).png" }
    for (index, name) in names.enumerated() {
      let image = pixels.dropFirst(784 * index).prefix(784).map { isInverted ? 255 - $0 : $0 }
      try workshop.write(PNGFile.plain(width: 28, height: 28, pixels: image), to: name)
    }
    return (names, labels.map { Int($0) })
  }

  private func json(_ arguments: [String]) throws -> [[String: Any]] {
    let ending = try workshop.run("predict", arguments + ["--json"])
    #expect(ending.code == 0 && ending.errors == "")
    let object = try JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any]
    return try #require(object?["images"] as? [[String: Any]])
  }

  @Test("the test set as pictures: as often right as evaluate says, by both models", arguments: [false, true])
  func accuracy(_ isInverted: Bool) throws {
    let (names, labels) = try pictures(200, isInverted: isInverted)
    let images = try json(Self.models + names + (isInverted ? ["--invert"] : []))
    let metrics = try FloatInt8Comparison(json: workshop.bytes("metrics.json"))
    for (model, accuracy) in [metrics.float32.accuracy, metrics.int8.accuracy].enumerated() {
      let classes = images.map { ($0["predictions"] as? [[String: Any]])?[model]["class"] as? Int }
      #expect(Double(zip(classes, labels).count { $0 == $1 }) / 200 == accuracy)
    }
    let same = images.count { $0["same_class"] as? Bool == true }
    #expect(Double(same) / 200 == metrics.agreement)
  }

  @Test("a table of both, and integers beside it that another program reads")
  func tableAndDump() throws {
    let name = try pictures(1).names[0]
    let ending = try workshop.run("predict", Self.models + [name, "--dump-integers", "deep/dump.safetensors"])
    #expect(ending.code == 0 && ending.errors == "")
    #expect(ending.output.split(separator: "\n").count == 4)
    #expect(ending.output.contains("float32 class") && ending.output.contains("int8 class"))
    let dump = try workshop.checkpoint("deep/dump.safetensors")
    let model = try workshop.checkpoint("convert.safetensors")
    let layers = ["quant", "conv1", "pool", "flatten", "fc1", "fc2"]
    #expect(Set(dump.declarations.map(\.name).filter { !$0.contains(".") }) == Set(layers))
    for layer in ["quant", "conv1", "fc1", "fc2"] {
      #expect(try dump.tensor("\(layer).scale") == model.tensor("\(layer).scale"))
    }
    #expect(try dump.metadataValue("model_sha256") == workshop.sha256("convert.safetensors"))
    #expect(try dump.metadataValue("image_sha256") == workshop.sha256(name))
  }

  @Test("stdin is a picture too")
  func standardInput() throws {
    let name = try pictures(1).names[0]
    let ending = try Program(path: "/bin/sh").run(
      ["-c", "exec \"$0\" --model convert.safetensors --json - < \(name)", try Program(built: "predict").path],
      in: workshop.folder)
    #expect(ending.code == 0 && ending.errors == "")
    let named = try workshop.run("predict", ["--model", "convert.safetensors", "--json", name])
    #expect(named.output.contains("\"path\" : \"\(name)\""))
    #expect(ending.output == named.output.replacing("\"\(name)\"", with: "\"-\""))
  }

  @Test("what cannot be asked is one line, exit code 1, and nothing is written")
  func errors() throws {
    let name = try pictures(1).names[0]
    try workshop.write("no picture", to: "text.png")
    try workshop.write(Array(try workshop.bytes(name).dropLast(3)), to: "cut.png")
    let int8 = ["--model", "convert.safetensors"]
    let cut = try workshop.bytes("cut.png").count
    let calls: [([String], String)] = [
      (int8 + ["text.png"], "text.png: expected a PNG file, found other data; convert it to PNG"),
      (int8 + ["cut.png"], "cut.png: expected a whole PNG file, found one cut off after \(cut) bytes; copy it again"),
      (int8 + ["none.png"], "none.png: cannot be read: No such file or directory; correct the path, or run the stage"),
      (["--model", "none.safetensors", name], "none.safetensors: cannot be read: No such file or directory"),
      (["--model", "train.yaml", name], "train.yaml: not a checkpoint, or a damaged one: "),
      (
        ["--model", "calibrate.safetensors", name],
        "calibrate.safetensors: expected a checkpoint that train or fuse or convert or import-quantized wrote, found one that calibrate "
          + "wrote; name that one in --model"
      ),
      (
        ["--model", "fuse.safetensors", name, "--dump-integers", "d.safetensors"],
        "--dump-integers: expected one int8 model, found 0; name one that convert wrote"
      ),
      (int8 + [name, "--dump-integers", name], "--dump-integers \(name): the same file as image \(name), which would"),
      (int8 + [name, "--dump-integers", "data"], "data: cannot be written: Is a directory"),
    ]
    let files = try workshop.files()
    for (arguments, error) in calls {
      let ending = try workshop.run("predict", arguments)
      #expect(ending.code == 1 && ending.output == "" && ending.errorLines.count == 1)
      #expect(ending.errors.hasPrefix("predict: error: \(error)"), "\(ending.errors)")
    }
    #expect(try workshop.files() == files)
  }

  @Test(
    "wrong options are a matter of usage: 64",
    arguments: [
      ["a.png"], ["--model", "m"], ["--model", "a", "--model", "b", "--model", "c", "a.png"],
      ["--model", "a", "-", "-"],
    ])
  func usage(_ arguments: [String]) throws {
    let ending = try workshop.run("predict", arguments)
    #expect(ending.code == 64 && ending.output == "")
  }
}
