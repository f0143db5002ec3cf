import ArgumentParser
import StageKit
import TransformerStages

@main
struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "generate",
    abstract: "Goes on with a text, as a language model would.",
    discussion: """
      The prompt is --prompt, or the text of --file, or stdin. Text comes to stdout as it is made; how fast, to stderr. \
      The same model, prompt, settings and seed give the same text, on every machine.
      """)

  @Option(help: ArgumentHelp("A checkpoint of import-transformer or convert-transformer.", valueName: "file"))
  var model: String
  @Option(help: "The text to go on with.") var prompt: String?
  @Option(help: ArgumentHelp("A file that holds it.", valueName: "file")) var file: String?
  @OptionGroup var settings: GenerationOptions
  @OptionGroup var json: JSONOption

  func validate() throws {
    guard prompt == nil || file == nil else {
      throw ValidationError("--prompt, --file: expected one of them, found both")
    }
  }

  func run() throws {
    try Doorway.exitingOnError("generate") {
      let text = try prompt ?? Generation.prompt(inFile: file)
      let generation = try Generation(model: model, compute: Settings().compute(), settings)
      let result = try generation.run(text, isSilent: json.json)
      if let text = try json.text(result) { try StandardOutput.writeLine(text) } else { result.tell() }
    }
  }
}
