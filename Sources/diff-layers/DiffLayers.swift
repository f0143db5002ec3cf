import ArgumentParser
import Asking
import Datasets
import Files
import Kernels
import StageKit

@main
struct DiffLayers: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "diff-layers",
    abstract: "Compares two models of one network layer by layer on the same test images.",
    discussion: """
      Layers are fused first, and compared by name: how much signal the second model leaves of the first's values, the \
      largest and the mean difference, and, where both have integers of one scale, how many of them differ.

      \(ModelDifference.help)
      """)

  @Argument(help: ArgumentHelp("A checkpoint of train, fuse or convert.", valueName: "first")) var first: String
  @Argument(help: ArgumentHelp("The one to hold against it.", valueName: "second")) var second: String
  @Option(help: ArgumentHelp("The dataset's manifest.", valueName: "file")) var input: String
  @Option(help: "How many test images, the first ones; fewer where there are fewer.") var images = 1000
  @OptionGroup var json: JSONOption

  func validate() throws {
    guard images >= 1 else { throw ValidationError("--images: expected at least 1, found \(images)") }
  }

  func run() throws {
    try Doorway.exitingOnError("diff-layers") {
      let models = try [first, second].map { try AskedModel($0, option: "its place") }
      let dataset = try DigitDataset(manifest: FileBytes(of: input), at: input)
      let difference = try ModelDifference(
        of: models[0], and: models[1], on: dataset.load(.test).prefix(images),
        dataset: dataset.manifest.dataset.rawValue, compute: Settings().compute())
      try StandardOutput.write(try json.text(difference).map { $0 + "\n" } ?? difference.table.plain())
    }
  }
}
