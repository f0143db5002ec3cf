import ArgumentParser
import Catalog
import Datasets
import Foundation
import StageKit

extension DatasetChoice: ExpressibleByArgument {}

@main
struct FetchMNIST: Stage {
  static let stage = "fetch-mnist"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Installs MNIST, verified, beside the manifest that later stages read.",
    discussion: """
      --output is the manifest, DIR/manifest.json; the four files go to DIR/mnist. They come from --from, else from
      DIR/mnist itself, else from the mirrors. Where no mirror answers, the built-in synthetic digits take their
      place, in DIR/synthetic-digits, and everything that follows says so. It reads no --config and no --input.
      """)

  @OptionGroup var options: StageOptions
  @OptionGroup var splits: SplitOptions

  @Option(help: "automatic: MNIST, or synthetic digits where it cannot be had. mnist: MNIST or nothing.")
  var dataset = DatasetChoice.automatic

  @Option(help: ArgumentHelp("A folder with MNIST's four files, .gz or not; nothing else is tried.", valueName: "dir"))
  var from: String?

  @Option(help: "Synthetic training digits.") var syntheticTraining = 60_000
  @Option(help: "Synthetic test digits.") var syntheticTest = 10_000

  func validate() throws {
    try options.requireOutput(named: DatasetManifest.fileName)
    guard syntheticTraining > 0, syntheticTest > 0 else {
      throw ValidationError("--synthetic-training, --synthetic-test: expected at least 1")
    }
  }

  func work(_ run: StageRun) throws -> StageResults {
    _ = (try run.configs(), try run.inputs())
    let folder = URL(fileURLWithPath: options.output).deletingLastPathComponent()
    let installer = DatasetInstaller(
      destination: folder, choice: dataset, source: from.map { URL(fileURLWithPath: $0) },
      synthetic: SyntheticDigits(trainCount: syntheticTraining, testCount: syntheticTest),
      validation: splits.validation.map { ValidationSplit(images: $0, seed: splits.validationSeed) })
    let installed = try installer.install { run.warn("\($0)") }
    let name = installed.manifest.dataset.rawValue
    run.say("installed \(name) in \(folder.path): \(installed.origin)")
    return StageResults(
      outputs: [.init(path: options.output, written: installed.manifestDigest, kind: "dataset")],
      record: .init(dataset: name),
      table: .files(
        installed.manifest.files.map { ($0.path, $0.bytes, installed.origins[$0.role]?.description ?? "") }, of: name))
  }
}
