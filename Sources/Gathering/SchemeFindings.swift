import Catalog
import Classifying
import Evaluation
import Findings
import Gate
import Reporting
import Tables
import Tensors

/// What one evaluation, and the runs behind it, say of a scheme.
struct SchemeFindings {
  private let evaluation: FloatInt8Comparison
  private let lineage: Lineage
  private let run: Catalog.Run
  private let metrics: [Catalog.Metric]
  private let scales: [Catalog.QuantizationParameter]
  private let settings: Catalog.QuantizationScheme?
  private let verdicts: [Verdict]
  private let costs: [Report.LayerCost]
  private let warnings: [String]
  private let images: ImageSet

  /// Reads the runs' rows.
  /// - Throws: `FindingsError` when the file was not an evaluation's, `CatalogError`.
  init(_ evaluation: FloatInt8Comparison, _ lineage: Lineage, _ sources: ReportSources, _ catalog: Catalog) throws {
    guard let run = lineage.runs["evaluate"] else { throw FindingsError.unknownFile("metrics.json") }
    self.evaluation = evaluation
    self.lineage = lineage
    self.run = run
    metrics = try catalog.metrics(of: run.id)
    let conversion = lineage.runs["convert"]
    scales = try conversion.map { try catalog.quantizationParameters(of: $0.id) } ?? []
    settings = try conversion.flatMap { try catalog.quantizationScheme(of: $0.id) }
    verdicts = sources.limits.verdicts(on: try Figures(of: run, metrics: metrics), scheme: run.scheme ?? "int8")
    costs = try Self.costs(run, lineage, catalog)
    warnings = try conversion.map { try catalog.warnings(of: $0.id) } ?? []
    images = sources.dataset.content.test
  }

  /// What the newest sensitivity of the scheme measured, if it was made of what the evaluated model was made of.
  private static func costs(
    _ run: Catalog.Run, _ lineage: Lineage, _ catalog: Catalog
  ) throws -> [Report.LayerCost] {
    guard let run = try catalog.newestRun(stage: "sensitivity", pipeline: run.pipeline, scheme: run.scheme) else {
      return []
    }
    let read = try catalog.artifacts(of: run.id).filter { $0.role != .output }.map(\.artifact.sha256)
    guard Set(read).isSubset(of: lineage.artifacts.map(\.sha256)) else { return [] }
    let metrics = try catalog.metrics(of: run.id)
    func figure(_ name: String, _ layer: String = "", of model: Catalog.Model) -> Double {
      metrics.first { $0.name == name && $0.layer == layer && $0.model == model }?.value ?? .nan
    }
    let float32 = figure("accuracy", of: .float32)
    return metrics.filter { $0.name == "sensitivity_accuracy" }.map { row in
      Report.LayerCost(
        name: row.layer, accuracy: row.value, drop: AccuracyDrop(from: float32, to: row.value),
        agreement: figure("sensitivity_agreement", row.layer, of: .int8),
        sqnr: figure("sensitivity_sqnr", row.layer, of: .int8))
    }.sorted { ($0.accuracy, $0.agreement, $0.sqnr, $0.name) < ($1.accuracy, $1.agreement, $1.sqnr, $1.name) }
  }

  func scheme() -> Report.Scheme {
    let test = evaluation.pairedTest
    return Report.Scheme(
      name: run.scheme ?? "int8", run: run.id, settings: settings.map(Report.Settings.init),
      float32: figures(evaluation.float32, .float32), int8: figures(evaluation.int8, .int8),
      agreement: evaluation.agreement,
      significance: .init(
        onlyFloat32Right: test.onlyFirst, onlyInt8Right: test.onlySecond, pValue: test.pValue),
      verdicts: verdicts,
      measurement: metrics.first { $0.name == "batch" }.map {
        Report.Measurement(
          batch: Int($0.value), threads: run.threads, instructionSet: run.instructionSet,
          activationBytes: metrics.first { $0.name == "activation_bytes" }.map { Int64($0.value) })
      },
      layers: evaluation.layers.map(layer), costs: costs, scales: scales.map(scale),
      confusion: [
        Report.ConfusionMatrix(model: "float32", counts: evaluation.float32.confusion),
        Report.ConfusionMatrix(model: "int8", counts: evaluation.int8.confusion),
      ],
      disagreements: evaluation.disagreements.map(disagreement), warnings: warnings)
  }

  private func figures(_ model: FloatInt8Comparison.Model, _ kind: Catalog.Model) -> Report.Figures {
    let speed = metrics.first { $0.name == "images_per_second" && $0.model == kind }
    let energy = EnergyEstimate(model.work)
    return Report.Figures(
      accuracy: model.accuracy,
      interval: ConfidenceInterval.wilson(share: model.accuracy, of: evaluation.images), bytes: Int64(model.bytes),
      imagesPerSecond: speed?.value,
      tensors: model.tensorBytes.sorted { $0.key < $1.key }.map { .init($0.key, Int64($0.value)) },
      cost: .init(
        integerProducts: model.work.integerProducts, floatProducts: model.work.floatProducts,
        weightBytes: model.work.weightBytes, activationBytes: model.work.activationBytes,
        arithmetic: energy.arithmetic, onChip: energy.onChip, fromDRAM: energy.fromDRAM))
  }

  private func layer(_ layer: FloatInt8Comparison.Layer) -> Report.Layer {
    let weights = scales.filter { $0.tensor == "\(layer.name).weight" }
    let activation = scales.first { $0.tensor == layer.name }
    let values = weights.map(\.scale)
    return Report.Layer(
      name: layer.name, kind: layer.kind,
      granularity: weights.first.map { $0.scheme.hasPrefix("per_channel") ? "per channel" : "per tensor" },
      weightScales: values.min().flatMap { low in values.max().map { low...$0 } },
      activationScale: activation?.scale, activationZeroPoint: activation?.zeroPoint,
      observed: activation?.observed, accumulatorBound: layer.accumulatorBound, pairBound: layer.pairBound,
      productPath: layer.path, output: fidelity(layer.sqnr, layer.output),
      weight: layer.weight.flatMap { weight in layer.weightSQNR.map { fidelity($0, weight) } },
      meanError: layer.meanError, maxError: layer.maxError)
  }

  private func fidelity(_ sqnr: Double, _ spread: Spread) -> Report.Fidelity {
    Report.Fidelity(
      sqnr: sqnr, clipped: spread.clipped,
      values: spread.values.map { .init(low: Double($0.low), high: Double($0.high), counts: $0.counts) })
  }

  private func scale(_ row: Catalog.QuantizationParameter) -> Report.Scale {
    Report.Scale(
      tensor: row.tensor, channel: row.channel, scale: row.scale, zeroPoint: row.zeroPoint,
      quantized: row.quantMin...row.quantMax, dtype: row.dtype, quantization: row.scheme, observer: row.observer,
      observed: row.observed)
  }

  private func disagreement(_ row: Disagreement) -> Report.Disagreement {
    func guesses(_ guesses: [Guess]) -> [Report.Disagreement.Guess] {
      guesses.map { .init(label: $0.label, probability: Double($0.probability)) }
    }
    return Report.Disagreement(
      index: row.image, label: Int(row.label), image: images.picture(of: row.image), float32: guesses(row.float32),
      int8: guesses(row.int8))
  }
}

extension ImageSet {
  /// An image as ink on paper; nil where there is no such image, or it has colours.
  func picture(of index: Int) -> GreyImage? {
    guard (0..<count).contains(index), shape[0] == 1 else { return nil }
    return GreyImage(
      width: shape[2], height: shape[1], pixels: Array(pixels[index * shape.count..<(index + 1) * shape.count]))
  }
}
