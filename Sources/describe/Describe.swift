import ArgumentParser
import Files
import Importing
import StageKit

@main
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract:
      "Prints a network.yaml for a file of tensors, as far as their names and shapes tell, or for an ONNX file.",
    discussion: """
      An .onnx file says its network, and all of it is printed. A safetensors file holds names and shapes of tensors. \
      What they do not tell stands in it as a comment: activations, pools and branches have no tensors, strides and \
      paddings leave no trace in them. A guess is called one, with its reason. Nothing is written but to stdout.
      """)

  @Argument(help: ArgumentHelp("A safetensors or ONNX file.", valueName: "file")) var file: String

  func run() throws {
    try Doorway.exitingOnError("describe") {
      let content = try FileBytes(of: file)
      try StandardOutput.write(try text(of: content))
    }
  }

  private func text(of content: FileBytes) throws -> String {
    do {
      guard file.hasSuffix(".onnx") else { return NetworkSkeleton(try StateDict(content), title: title).text }
      return try NetworkText(ImportedModel(onnx: content, at: file).model.network).text()
    } catch {
      throw ConfigError(path: file, reason: OneLine.describe(error))
    }
  }

  /// The file's name without its folder and its ending.
  private var title: String {
    let name = file.split(separator: "/").last.map(String.init) ?? ""
    return name.hasSuffix(".safetensors") ? String(name.dropLast(".safetensors".count)) : name
  }
}
