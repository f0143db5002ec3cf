import ArgumentParser
import Files
import Importing
import StageKit

@main
struct Describe: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "describe",
    abstract: "Prints a network.yaml for a file of tensors, as far as their names and shapes tell.",
    discussion: """
      What they do not tell stands in it as a comment: activations, pools and branches have no tensors, strides and \
      paddings leave no trace in them. A guess is called one, with its reason. Nothing is written but to stdout.
      """)

  @Argument(help: ArgumentHelp("A safetensors file.", valueName: "file")) var file: String

  func run() throws {
    try Doorway.exitingOnError("describe") {
      try StandardOutput.write(NetworkSkeleton(stateDict(), title: title).text)
    }
  }

  private func stateDict() throws -> StateDict {
    let content = try FileBytes(of: file)
    do {
      return try StateDict(content)
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
