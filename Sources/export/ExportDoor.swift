import ArgumentParser
import Catalog
import Exporting
import ModelStages
import StageKit

@main
struct ExportDoor: Stage {
  static let stage = "export"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Writes a model in a form for other programs, with the same integers.",
    discussion: """
      --input: the int8 checkpoint, for onnx the fused float checkpoint; for vectors, the dataset's manifest too. --output: \
      the file to write; c writes its header beside it. A model that a form cannot hold is refused, with the layer's name and what to do.
      """)

  @OptionGroup var options: StageOptions
  @Option(help: ArgumentHelp("c, onnx, onnx-integer, onnx-qdq, json, csv or vectors.", valueName: "format")) var format:
    ExportFormat
  @Option(help: "How sums become integers in c: exact, tflite-double or tflite-single.")
  var rounding: CRounding = .exact

  var outputs: [String] { [options.output] + (format == .c ? [headerPath] : []) }

  func validate() throws {
    guard format == .c || rounding == .exact else {
      throw ValidationError("--rounding: expected with --format c alone, found \(rounding.rawValue)")
    }
    guard format != .c || prefix.wholeMatch(of: /[A-Za-z_][A-Za-z0-9_]*/) != nil && options.output.hasSuffix(".c")
    else {
      throw ValidationError("--output: expected a C identifier and .c, found '\(options.output)'")
    }
  }

  func work(_ run: StageRun) throws -> StageResults {
    let inputs =
      try format == .vectors ? run.inputs("int8 checkpoint", "dataset manifest") : run.inputs("int8 checkpoint")
    let checkpoint = try format == .onnx ? inputs[0].checkpoint(of: "fuse") : inputs[0].int8Checkpoint()
    let export = try export(inputs, checkpoint, run)
    for warning in export.warnings { run.warn(warning) }
    return StageResults(
      outputs: zip(outputs, export.files).map { .init(path: $0, bytes: $1.bytes, kind: "export") },
      record: .init(
        dataset: checkpoint.metadata["dataset"],
        metrics: export.figures.map { .init($0.name, model: .int8, value: Double($0.bytes), unit: "bytes") }),
      table: export.table(of: format))
  }
}
