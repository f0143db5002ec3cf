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
  /// An evaluation of an int8 checkpoint that no conversion in the catalog wrote, and no import.
  case unknownConversion(run: Int64)
  /// A baseline that was made of another pipeline.
  case otherPipeline(expected: String, found: String)
  /// A baseline of a language model, which has none.
  case languageBaseline(pipeline: String)
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
      "run \(run): the catalog has no succeeded convert or import-quantized that wrote its int8 checkpoint; make it and "
        + "evaluate again"
    case .otherPipeline(let expected, let found):
      "expected a baseline of pipeline \(expected), found one of \(found); make one with `make baseline`"
    case .languageBaseline(let pipeline):
      "\(pipeline): expected no baseline, a language model has limits alone; remove its baseline.yaml"
    case .unknownRun(let run, let catalog):
      "\(catalog): no run \(run); `make history` lists the runs"
    case .differentStages(let first, let firstStage, let second, let secondStage):
      "runs \(first) and \(second): expected two runs of one stage, found \(firstStage) and \(secondStage); "
        + "`make history` lists the runs"
    }
  }
}
