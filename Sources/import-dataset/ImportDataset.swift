import ArgumentParser
import Catalog
import Datasets
import Foundation
import StageKit

@main
struct ImportDataset: Stage {
  static let stage = "import-dataset"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Installs a data set of your own beside the manifest that later stages read.",
    discussion: """
      --from holds IDX pairs under their usual names, .gz or not; or PNG files, train/<class>/*.png and
      test/<class>/*.png; or NumPy arrays x_train.npy, y_train.npy, x_test.npy and y_test.npy. Labels begin with 0 or
      with 1. --output is the manifest, DIR/manifest.json; the data are installed in DIR/<name> as IDX files with labels
      from 0. It reads no --config and no --input.
      """)

  @OptionGroup var options: StageOptions
  @OptionGroup var splits: SplitOptions

  @Option(help: ArgumentHelp("The folder of the data set.", valueName: "dir"))
  var from: String

  @Option(help: "What to call it; as the folder is called unless given.")
  var name: String?

  @Option(help: "Of several sets of IDX files in the folder, take those whose names begin so.")
  var prefix = ""

  func validate() throws { try options.requireOutput(named: DatasetManifest.fileName) }

  func work(_ run: StageRun) throws -> StageResults {
    _ = (try run.configs(), try run.inputs())
    let importer = DatasetImporter(
      destination: URL(fileURLWithPath: options.output).deletingLastPathComponent(),
      source: URL(fileURLWithPath: from), name: name, prefix: prefix,
      validation: splits.validation.map { ValidationSplit(images: $0, seed: splits.validationSeed) })
    let imported = try importer.install()
    let (installed, name) = (imported.installed, imported.installed.manifest.dataset.rawValue)
    run.say("installed \(name): \(imported.headline)")
    return StageResults(
      outputs: [.init(path: options.output, written: installed.manifestDigest, kind: "dataset")],
      record: .init(dataset: name),
      table: .files(
        installed.manifest.files.map { ($0.path, $0.bytes, installed.origins[$0.role]?.description ?? "") }, of: name))
  }
}
