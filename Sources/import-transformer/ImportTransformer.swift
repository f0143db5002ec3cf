import ArgumentParser
import Catalog
import Files
import ImportingTransformer
import StageKit
import Tables
import Tokenizers
import TransformerStages

@main
struct ImportTransformer: Stage {
  static let stage = "import-transformer"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Brings a language model of Llama's architecture.",
    discussion: """
      --input: the model, and its tokenizer where the model's file has none. A model is a folder of Hugging Face \
      (config.json, model.safetensors), a GGUF file (F32, F16, BF16, Q8_0, Q4_0, Q4_1), or a .bin of llama2.c. A \
      tokenizer is SentencePiece's tokenizer.model or llama2.c's tokenizer.bin. --output: the float checkpoint. It reads \
      no --config.
      """)

  @OptionGroup var options: StageOptions

  func work(_ run: StageRun) throws -> StageResults {
    _ = try run.configs()
    guard 1...2 ~= options.input.count else {
      throw StageError.wrongFiles(
        option: "--input", expected: ["model", "tokenizer, or none"], found: options.input.count)
    }
    let source = try TransformerFile.open(options.input[0])
    for file in source.files { try run.note(file.path) }
    for note in source.notes { run.say(note) }
    let vocabulary =
      try options.input.dropFirst().first.map { path in
        try run.note(path)
        return try ImportedVocabulary.read(path, count: source.configuration.vocabularySize)
      } ?? source.vocabulary
    if vocabulary == nil { run.warn("no tokenizer: the model can be converted, and read no text") }
    let written = try TransformerImport.write(
      source, to: options.output, extra: vocabulary?.tensors ?? [:],
      metadata: run.metadata(vocabulary?.metadata ?? [:])
    ) { run.progress.update($0, of: $1, "weights") }
    return StageResults(
      outputs: [.init(path: options.output, written: written, kind: "checkpoint")],
      record: .init(metrics: [.fileBytes(.float32, Int64(written.bytes))]),
      table: .sizes(of: source.configuration, bytes: written.bytes))
  }
}
