import Catalog

/// The runs that made a file, followed back by content: from an evaluation's metrics to the training run.
package struct Lineage {
  /// The newest run of each stage along the way, the file's own maker included.
  package let runs: [String: Catalog.Run]
  /// The files that these runs read and wrote, each once, in the order of the pipeline.
  package let artifacts: [Catalog.Artifact]

  /// Follows a file back.
  /// - Throws: `FindingsError.unknownFile` when the catalog knows no succeeded run that wrote these bytes.
  package init(of sha256: String, path: String, in catalog: Catalog) throws {
    guard let maker = try catalog.newestRun(writing: sha256, to: path) else { throw FindingsError.unknownFile(path) }
    var runs = [maker.stage: maker]
    var artifacts: [Catalog.Artifact] = []
    var pending = [maker]
    while let run = pending.popLast() {
      for file in try catalog.artifacts(of: run.id) {
        if !artifacts.contains(file.artifact) { artifacts.append(file.artifact) }
        let (bytes, name) = (file.artifact.sha256, file.artifact.path)
        guard file.role == .input, let earlier = try catalog.newestRun(writing: bytes, to: name) else { continue }
        // The same bytes may have been written again since; a stage already met was met by its newest run.
        guard runs[earlier.stage] == nil else { continue }
        runs[earlier.stage] = earlier
        pending.append(earlier)
      }
    }
    self.runs = runs
    self.artifacts = artifacts.sorted { ($0.path, $0.sha256) < ($1.path, $1.sha256) }
  }

  /// Refuses a file that is no ancestor.
  /// - Throws: `FindingsError.notAnAncestor`.
  func require(_ sha256: String, _ path: String, of descendant: String) throws(FindingsError) {
    guard artifacts.contains(where: { $0.sha256 == sha256 }) else {
      throw .notAnAncestor(path, of: descendant)
    }
  }
}

/// What keeps a report, a check, a baseline or an answer of the catalog's from being made.
public enum FindingsError: Error, Equatable, CustomStringConvertible {
  /// A file whose maker the catalog does not know.
  case unknownFile(String)
  /// A file that another was not made of.
  case notAnAncestor(String, of: String)
  /// A pipeline, or a scheme of it, that was never evaluated.
  case notEvaluated(pipeline: String, scheme: String, catalog: String)
  /// An evaluation that lacks a figure.
  case missingFigure(run: Int64, String)
  /// An evaluation with a figure that no baseline can hold.
  case noBaseline(run: Int64, String)
  /// An evaluation of an int8 checkpoint that no conversion in the catalog wrote.
  case unknownConversion(run: Int64)
  /// A baseline that was made of another pipeline.
  case otherPipeline(expected: String, found: String)
  /// A run that the catalog does not know.
  case unknownRun(Int64, catalog: String)
  /// Two runs to be compared, of two stages.
  case differentStages(Int64, String, Int64, String)

  /// One line: what, where, what to do.
  public var description: String {
    switch self {
    case .unknownFile(let path):
      "\(path): the catalog has no succeeded run that wrote these bytes; run the stage that makes it again"
    case .notAnAncestor(let path, let descendant):
      "\(path): expected what \(descendant) was made of, found other bytes; evaluate again"
    case .notEvaluated(let pipeline, let scheme, let catalog):
      "\(catalog): no succeeded evaluation of pipeline \(pipeline), scheme \(scheme); run `make evaluate` first"
    case .missingFigure(let run, let name):
      "run \(run): expected a figure '\(name)', found none; evaluate again"
    case .noBaseline(let run, let figure): "run \(run): no baseline can be made of \(figure); evaluate again"
    case .unknownConversion(let run):
      "run \(run): the catalog has no succeeded convert that wrote its int8 checkpoint; convert and evaluate again"
    case .otherPipeline(let expected, let found):
      "expected a baseline of pipeline \(expected), found one of \(found); make one with `make baseline`"
    case .unknownRun(let run, let catalog):
      "\(catalog): no run \(run); `make history` lists the runs"
    case .differentStages(let first, let firstStage, let second, let secondStage):
      "runs \(first) and \(second): expected two runs of one stage, found \(firstStage) and \(secondStage); "
        + "`make history` lists the runs"
    }
  }
}
