import Catalog
import Files
import Findings
import Foundation
import Gate
import Reporting

/// What the report of a language model is gathered from, beside the catalog.
public struct LanguageReportSources {
  /// What `metrics.json` says that the catalog does not: the groups of matrices in the network's order.
  public struct Metrics: Decodable, Sendable {
    struct Layer: Decodable, Sendable { var tensor: String }
    var layers: [Layer]

    /// Reads the file.
    /// - Throws: `DecodingError` for a file that is no evaluation of a language model.
    public init(json: [UInt8]) throws { self = try JSONDecoder().decode(Metrics.self, from: Data(json)) }

    /// Where a group stands; behind all where the file does not name it.
    func place(of tensor: String) -> Int { layers.firstIndex { $0.tensor == tensor } ?? layers.count }
  }

  /// The pipeline's name.
  public var pipeline: String
  /// What it promises.
  public var limits: LanguageLimits
  /// The float checkpoint and the text: both must be what the evaluations read.
  public var model, text: ReportSources.Source<Void>
  /// Each `metrics.json`.
  public var evaluations: [ReportSources.Source<Metrics>]

  /// Sources of the given parts.
  public init(
    pipeline: String, limits: LanguageLimits, model: ReportSources.Source<Void>, text: ReportSources.Source<Void>,
    evaluations: [ReportSources.Source<Metrics>]
  ) {
    (self.pipeline, self.limits) = (pipeline, limits)
    (self.model, self.text, self.evaluations) = (model, text, evaluations)
  }
}

/// Gathers what the catalog knows of the pipeline of a language model into a report.
public enum LanguageReportFindings {
  /// The report over some evaluations.
  /// - Parameters:
  ///   - catalog: where the runs are that made them.
  ///   - read: reads a configuration again, by its path.
  /// - Throws: `FindingsError`, `CatalogError`.
  public static func gather(
    _ sources: LanguageReportSources, catalog: Catalog, read: (String) throws -> [UInt8] = WholeFile.read
  ) throws -> Report {
    let lineages = try sources.evaluations.map { try Lineage(of: $0.sha256, path: $0.path, in: catalog) }
    for (lineage, evaluation) in zip(lineages, sources.evaluations) {
      try lineage.require(sources.model.sha256, sources.model.path, of: evaluation.path)
      try lineage.require(sources.text.sha256, sources.text.path, of: evaluation.path)
    }
    let schemes = try zip(sources.evaluations, lineages).map { evaluation, lineage in
      try scheme(evaluation, lineage, sources, catalog)
    }
    guard let lineage = lineages.first, let run = lineage.runs["evaluate-transformer"] else {
      throw FindingsError.notEvaluated(pipeline: sources.pipeline, scheme: "any", catalog: catalog.path)
    }
    let text = run.dataset ?? sources.text.path
    let files = ReportFindings.artifacts(of: lineages)
    let names = schemes.map(\.name).joined(separator: " ")
    return Report(
      title: sources.pipeline, dataset: Report.Dataset(name: text, isSynthetic: false),
      seeds: ReportFindings.seeds(of: lineages), languageSchemes: schemes,
      massiveActivations: try massiveActivations(of: sources, catalog),
      languageHistory: try catalog.languageEvaluations(of: sources.pipeline, text: text).map(Report.LanguagePoint.init),
      configs: ReportFindings.configs(among: files, read: read), artifacts: files,
      commands: ["make all PIPELINE=\(sources.pipeline) SCHEMES='\(names)'"]
        + lineage.runs.values.sorted { $0.id < $1.id }.map(\.command),
      environment: ReportFindings.environment(run))
  }

  private static func scheme(
    _ source: ReportSources.Source<LanguageReportSources.Metrics>, _ lineage: Lineage,
    _ sources: LanguageReportSources, _ catalog: Catalog
  ) throws -> Report.LanguageScheme {
    guard let run = lineage.runs["evaluate-transformer"], let figures = try catalog.languageEvaluation(of: run.id)
    else { throw FindingsError.unknownFile(source.path) }
    let name = run.scheme ?? "int8"
    let conversion = lineage.runs["convert-transformer"]
    return Report.LanguageScheme(
      name: name, run: run.id,
      settings: try conversion.flatMap { try catalog.quantizationScheme(of: $0.id) }.map(Report.Settings.init),
      float32: .init(figures.float32), int8: .init(figures.int8),
      predictions: Int(exactly: figures.predictions) ?? 0, perplexityRatio: .init(figures.perplexityRatio),
      divergence: .init(figures.divergence), sameTop1: .init(figures.sameTop1),
      flips: try catalog.greedyFlips(of: run.id).map(Report.Flip.init),
      verdicts: sources.limits.verdicts(on: figures, scheme: name),
      conditions: "\(figures.threads) threads, \(figures.instructionSet)",
      layers: layers(try catalog.metrics(of: run.id), source.content),
      scales: try conversion.map { try catalog.scaleSummaries(of: $0.id).map(Report.TensorScales.init) } ?? [],
      warnings: try conversion.map { try catalog.warnings(of: $0.id) } ?? [])
  }

  /// What the pipeline's newest calibration found, if it read this float model: no scheme stands in it.
  private static func massiveActivations(
    of sources: LanguageReportSources, _ catalog: Catalog
  ) throws -> [Report.MassiveActivation]? {
    let run = try catalog.newestRun(stage: "calibrate-transformer", pipeline: sources.pipeline, scheme: nil)
    guard let run, try catalog.artifacts(of: run.id).contains(where: { $0.artifact.sha256 == sources.model.sha256 })
    else { return nil }
    return try catalog.massiveActivations(of: run.id).map(Report.MassiveActivation.init)
  }

  private static func layers(
    _ metrics: [Catalog.Metric], _ file: LanguageReportSources.Metrics
  ) -> [Report.LanguageLayer] {
    func figure(_ name: String, _ layer: String) -> Double? {
      metrics.first { $0.name == name && $0.layer == layer }?.value
    }
    return metrics.filter { $0.name == "input_sqnr" }.map { row in
      Report.LanguageLayer(
        tensor: row.layer, sqnr: row.value, largest: figure("largest_input", row.layer),
        channel: figure("largest_input_channel", row.layer).flatMap { Int(exactly: $0) })
    }.sorted { (file.place(of: $0.tensor), $0.tensor) < (file.place(of: $1.tensor), $1.tensor) }
  }
}
