import ArgumentParser
import Asking
import Kernels
import StageKit

@main
struct Predict: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict",
    abstract: "Says which class a model, or each of two, gives to pictures, and how probable it thinks it.",
    discussion: """
      \(AskedPicture.help)

      \(Predictions.help)

      --dump-integers writes what leaves every layer for one image: integers as they are stored, u8 or s8, each with its \
      scale, zero point and range; real numbers as f32.
      """)

  @Option(help: ArgumentHelp("A checkpoint of train, fuse or convert; once, or twice to compare.", valueName: "file"))
  var model: [String]
  @Flag(help: "Exchange light and dark.") var invert = false
  @Option(help: ArgumentHelp("A safetensors file to write; it appears whole or not at all.", valueName: "file"))
  var dumpIntegers: String?
  @OptionGroup var json: JSONOption
  @Argument(help: ArgumentHelp("PNG files; - is stdin.", valueName: "image")) var images: [String]

  func validate() throws {
    guard model.count <= 2 else { throw ValidationError("--model: expected one or two, found \(model.count)") }
    guard images.count(where: { $0 == "-" }) <= 1 else { throw ValidationError("-: expected once, stdin is read once") }
  }

  func run() throws {
    try Doorway.exitingOnError("predict") {
      try DistinctFiles().reading("--model", model).reading("image", images.filter { $0 != "-" })
        .writing("--dump-integers", [dumpIntegers]).check()
      let compute = try Settings().compute()
      let models = try model.map { try AskedModel($0) }
      let pictures = try images.map { try AskedPicture($0, isInverted: invert) }
      let predictions = try Predictions(of: pictures, by: models, compute: compute)
      if let dumpIntegers {
        try IntegerDump(of: pictures, by: models, compute: compute).write(to: dumpIntegers)
      }
      try StandardOutput.write(try json.text(predictions).map { $0 + "\n" } ?? predictions.table.plain())
    }
  }
}
