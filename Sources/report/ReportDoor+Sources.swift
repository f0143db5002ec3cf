import Checkpoints
import Datasets
import Evaluation
import Findings
import Gate
import Gathering
import ModelStages
import StageKit

extension ReportDoor {
  /// What the report of a network for images is gathered from.
  func sources(_ run: StageRun, _ limits: Limits) throws -> ReportSources {
    let inputs = try run.inputs("float checkpoint", "dataset manifest", "metrics.json…")
    let (trained, manifest) = (inputs[0], inputs[1])
    let dataset = try DigitDataset(manifest: manifest.content, at: manifest.path)
    return ReportSources(
      pipeline: options.pipeline ?? "", limits: limits,
      trained: try trained.source { try $0.floatModel(in: $0.floatCheckpoint()).network },
      dataset: try manifest.source { _ in (try dataset.load(.train), try dataset.load(.test)) },
      evaluations: try inputs[2...].map {
        try $0.source { file in try file.naming { try FloatInt8Comparison(json: file.content.copy) } }
      })
  }

  /// What the report of a language model is gathered from.
  func sources(_ run: StageRun, _ limits: LanguageLimits) throws -> LanguageReportSources {
    let inputs = try run.inputs("float checkpoint", "text", "metrics.json…")
    return LanguageReportSources(
      pipeline: options.pipeline ?? "", limits: limits, model: inputs[0].source { _ in },
      text: inputs[1].source { _ in },
      evaluations: try inputs[2...].map {
        try $0.source { file in
          try file.naming { try LanguageReportSources.Metrics(json: file.content.copy) }
        }
      })
  }
}
