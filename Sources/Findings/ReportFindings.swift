import Catalog
import Evaluation
import Reporting

/// Gathers what the catalog and the evaluations know of a pipeline into a report.
public enum ReportFindings {
  /// The report over some evaluations.
  /// - Parameters:
  ///   - pipeline: its name.
  ///   - evaluations: each `metrics.json`: its path, its digest and its content.
  ///   - catalog: where the runs are that made them.
  /// - Throws: `FindingsError`, `CatalogError`.
  public static func gather(
    pipeline: String, evaluations: [(path: String, sha256: String, content: Comparison)], catalog: Catalog
  ) throws -> Report {
    guard let first = evaluations.first else {
      throw FindingsError.notEvaluated(pipeline: pipeline, scheme: "any", catalog: catalog.path)
    }
    let lineages = try evaluations.map { try Lineage(of: $0.sha256, path: $0.path, in: catalog) }
    let schemes = try zip(evaluations, lineages).map { evaluation, lineage in
      try scheme(evaluation.content, lineage: lineage, catalog: catalog)
    }
    var artifacts: [Report.Artifact] = []
    for artifact in lineages.flatMap(\.artifacts) {
      let entry = Report.Artifact(
        path: artifact.path, kind: artifact.kind, bytes: artifact.bytes, sha256: artifact.sha256)
      if !artifacts.contains(entry) { artifacts.append(entry) }
    }
    let training = lineages[0].runs["train"]
    return Report(
      title: pipeline,
      dataset: Report.Dataset(
        name: first.content.dataset, isSynthetic: first.content.dataset != "mnist",
        testImages: first.content.images),
      network: first.content.network, seeds: seeds(of: lineages), schemes: schemes,
      epochs: try training.map { try epochs(of: $0, catalog: catalog) } ?? [], artifacts: artifacts,
      commands: commands(pipeline: pipeline, schemes: schemes.map(\.name), lineage: lineages[0]),
      environment: environment(lineages[0]))
  }

  private static func scheme(_ evaluation: Comparison, lineage: Lineage, catalog: Catalog) throws -> Report.Scheme {
    guard let run = lineage.runs["evaluate"] else { throw FindingsError.unknownFile("metrics.json") }
    let metrics = try catalog.metrics(of: run.id)
    let scales = try lineage.runs["convert"].map { try catalog.quantizationParameters(of: $0.id) } ?? []
    func figures(_ model: Comparison.Model, _ kind: Catalog.Model) -> Report.Figures {
      let speed = metrics.first { $0.name == "images_per_second" && $0.model == kind }
      return Report.Figures(accuracy: model.accuracy, bytes: Int64(model.bytes), imagesPerSecond: speed?.value)
    }
    return Report.Scheme(
      name: run.scheme ?? "int8",
      settings: try lineage.runs["convert"].flatMap { try catalog.quantizationScheme(of: $0.id) }.map(settings),
      float32: figures(evaluation.float32, .float32),
      int8: figures(evaluation.int8, .int8), agreement: evaluation.agreement,
      measurement: metrics.first { $0.name == "batch" }.map {
        Report.Measurement(batch: Int($0.value), threads: run.threads, instructionSet: run.instructionSet)
      },
      layers: evaluation.layers.map { layer($0, scales: scales) }, scales: scales.map(scale),
      confusion: [
        Report.ConfusionMatrix(model: "float32", counts: evaluation.float32.confusion),
        Report.ConfusionMatrix(model: "int8", counts: evaluation.int8.confusion),
      ])
  }

  private static func layer(_ layer: Comparison.Layer, scales: [Catalog.QuantizationParameter]) -> Report.Layer {
    let weights = scales.filter { $0.tensor == "\(layer.name).weight" }
    let activation = scales.first { $0.tensor == layer.name }
    let values = weights.map(\.scale)
    return Report.Layer(
      name: layer.name, kind: layer.kind,
      granularity: weights.first.map { $0.scheme.hasPrefix("per_channel") ? "per channel" : "per tensor" },
      weightScales: values.min().flatMap { low in values.max().map { low...$0 } },
      activationScale: activation?.scale, activationZeroPoint: activation?.zeroPoint,
      observed: activation?.observed, accumulatorBound: layer.accumulatorBound, productPath: layer.path,
      sqnr: layer.sqnr)
  }

  private static func scale(_ row: Catalog.QuantizationParameter) -> Report.Scale {
    Report.Scale(
      tensor: row.tensor, channel: row.channel, scale: row.scale, zeroPoint: row.zeroPoint,
      quantized: row.quantMin...row.quantMax, dtype: row.dtype, quantization: row.scheme, observer: row.observer,
      observed: row.observed)
  }

  private static func settings(_ row: Catalog.QuantizationScheme) -> Report.Settings {
    func words(_ tensors: Catalog.QuantizationScheme.Tensors) -> String {
      let kind = tensors.quantization.replacing("_", with: " ")
      return "\(tensors.dtype) \(kind) \(tensors.range.lowerBound)...\(tensors.range.upperBound), \(tensors.observer)"
    }
    let reduced = row.reduceRange == nil ? "" : ", halved where needed"
    let moment = row.type == "dynamic" ? ", at each call" : ""
    return Report.Settings(
      type: row.type, profile: row.profile, weights: words(row.weights),
      activations: row.activations.map { words($0) + reduced + moment } ?? "float", skipped: row.skipped)
  }

  private static func seeds(of lineages: [Lineage]) -> [Report.Fact] {
    var facts: [Report.Fact] = []
    for run in lineages.flatMap({ $0.runs.values.sorted { $0.id < $1.id } }) {
      guard let seed = run.seed else { continue }
      let fact = Report.Fact("Seed of \(run.stage)" + (run.scheme.map { ", \($0)" } ?? ""), "\(seed)")
      if !facts.contains(fact) { facts.append(fact) }
    }
    return facts
  }

  private static func epochs(of run: Catalog.Run, catalog: Catalog) throws -> [Report.Epoch] {
    try catalog.epochs(of: run.id).map {
      Report.Epoch(
        number: $0.epoch, loss: $0.loss, trainAccuracy: $0.trainAccuracy, testAccuracy: $0.testAccuracy,
        seconds: $0.seconds)
    }
  }

  /// The one command that makes everything again, then each stage's as it was typed, in order.
  private static func commands(pipeline: String, schemes: [String], lineage: Lineage) -> [String] {
    let all = "make all PIPELINE=\(pipeline) SCHEMES='\(schemes.joined(separator: " "))'"
    return [all] + lineage.runs.values.sorted { $0.id < $1.id }.map(\.command)
  }

  private static func environment(_ lineage: Lineage) -> [Report.Fact] {
    guard let run = lineage.runs["evaluate"] else { return [] }
    return [
      Report.Fact("Octavo", run.octavoVersion), Report.Fact("Commit", run.gitCommit ?? "unknown"),
      Report.Fact("Processor", run.cpu), Report.Fact("Instruction set", run.instructionSet),
      Report.Fact("Threads", "\(run.threads)"),
    ]
  }
}
