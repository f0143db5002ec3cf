import Foundation
import Testing

/// A program is made again where a room that it holds was edited, and then runs again with all that follows. So what a
/// program holds decides what an edit re-runs.
@Suite struct LinkedRoomsTests {
  /// Those of some rooms that a program holds, by the names of its symbols: Swift spells a module with the number of its
  /// letters before it, `$s9Reporting`.
  private func held(_ rooms: [String], by program: String) throws -> Set<String> {
    let names = rooms.map { "\($0.count)\($0)" }.joined(separator: "|")
    let search = "LC_ALL=C grep -aoE '[$]s(\(names))[0-9A-Z]' \"$0\" | LC_ALL=C sort -u"
    let found = try Program(path: "/bin/sh").run(["-c", search, try Program(built: program).path], in: "/")
    let symbols = found.output.split(separator: "\n")
    return Set(rooms.filter { room in symbols.contains { $0.hasPrefix("$s\(room.count)\(room)") } })
  }

  private static let integers = [
    "Quantization", "Int8Linear", "QuantizedLayers", "Passes", "QuantizedTraining", "Evaluation", "QuantizationStages",
  ]
  private static let models = ["Networks", "Layers", "Classifying", "Training", "Checkpoints", "ModelStages"]
  private static let pages = ["Reporting", "Findings", "Gate", "Gathering"]

  @Test("the search finds what is there")
  func search() throws {
    #expect(try held(["Datasets", "Networks", "Nowhere"], by: "train") == ["Datasets", "Networks"])
    #expect(try held(Self.pages, by: "report") == Set(Self.pages))
    #expect(try held(["Quantization", "Passes"], by: "calibrate") == ["Quantization", "Passes"])
  }

  @Test("an edit to a model's room leaves the data as they are")
  func data() throws {
    for program in ["fetch-mnist", "import-dataset"] {
      #expect(try held(Self.models + Self.integers + Self.pages, by: program).isEmpty)
    }
  }

  @Test(
    "an edit to an observer, or to any integer, re-runs nothing before calibrate",
    arguments: ["train", "import-model", "fuse"])
  func integers(_ program: String) throws {
    #expect(try held(Self.integers + Self.pages, by: program).isEmpty)
  }

  @Test(
    "an edit to a chart re-runs the report alone",
    arguments: [
      "fetch-mnist", "train", "import-model", "describe", "fuse", "calibrate", "qat", "convert",
      "import-quantized", "evaluate", "sensitivity", "export", "emulate",
    ])
  func charts(_ program: String) throws {
    #expect(try held(["Reporting", "Gathering"], by: program).isEmpty)
  }

  @Test("an edit to language models re-runs no report: it asks the catalog")
  func language() throws {
    let rooms = ["Tokenizers", "Transformer", "TransformerPasses", "TransformerEvaluation", "TransformerStages"]
    #expect(try held(rooms, by: "generate").count > 2)
    #expect(try held(rooms, by: "report").isEmpty)
  }

  @Test(
    "training is no part of what runs behind it",
    arguments: ["fuse", "calibrate", "convert", "import-quantized", "evaluate"])
  func training(_ program: String) throws {
    #expect(try held(["Training", "QuantizedTraining", "TrainingStages"], by: program).isEmpty)
  }
}
