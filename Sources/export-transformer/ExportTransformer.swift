import ArgumentParser
import Catalog
import ExportingTransformer
import ModelStages
import StageKit
import Tables
import TransformerStages

extension TransformerExport.Format: ExpressibleByArgument {}
extension TransformerExport.Floats: ExpressibleByArgument {}

@main
struct ExportTransformer: Stage {
  static let stage = "export-transformer"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Writes a language model as a file of llama.cpp or llama2.c, with the same integers.",
    discussion: """
      --input: the checkpoint of convert-transformer whose scheme has weights: per_group, or a float one of \
      import-transformer. --output: the file to write. gguf takes groups of 32, of 8 bits (Q8_0) or 4 (Q4_0), and has the \
      tokenizer in it; llama2c takes 8 bits in groups of any size (version 2, for runq.c). It reads no --config.
      """)

  @OptionGroup var options: StageOptions
  @Option(help: ArgumentHelp("gguf or llama2c.", valueName: "format")) var format: TransformerExport.Format
  @Option(
    name: .customLong("as"),
    help: ArgumentHelp(
      "How float matrices are written: f32 or f16 in gguf, v0 or v1 of llama2c; the first unless given.",
      valueName: "floats"))
  var floats: TransformerExport.Floats?

  func work(_ run: StageRun) throws -> StageResults {
    _ = try run.configs()
    let input = try run.inputs("checkpoint")[0]
    let model = try input.transformer()
    let written = try input.naming {
      let export = try TransformerExport(model, as: format, floats: floats)
      let vocabulary = try model.vocabulary()
      if vocabulary == nil, format == .gguf { run.warn("no tokenizer: llama.cpp reads no file without one") }
      return try export.write(
        to: options.output, vocabulary: vocabulary, origin: model.checkpoint.origin(sha256: input.digest.sha256)
      ) { run.progress.update($0, of: $1, "weights") }
    }
    return StageResults(
      outputs: [.init(path: options.output, written: written, kind: "export")],
      record: .init(metrics: [.fileBytes(model.scheme == nil ? .float32 : .int8, Int64(written.bytes))]),
      table: .sizes(of: model.configuration, bytes: written.bytes))
  }
}
