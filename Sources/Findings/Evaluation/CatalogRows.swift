import Catalog
import Classifying
import Evaluation
import Foundation
import Networks

extension FloatInt8Comparison {
  /// The figures as the catalog holds them.
  public var metrics: [Catalog.Metric] {
    let whole: [Catalog.Metric] = [
      .accuracy(.float32, float32.accuracy), .accuracy(.int8, int8.accuracy),
      .fileBytes(.float32, Int64(float32.bytes)), .fileBytes(.int8, Int64(int8.bytes)), .agreement(agreement),
      .init("images", value: Double(images), unit: "images"),
      .init("only_float32_right", value: Double(pairedTest.onlyFirst), unit: "images"),
      .init("only_int8_right", value: Double(pairedTest.onlySecond), unit: "images"),
      .init("mcnemar_p", value: pairedTest.pValue, unit: ""),
    ]
    return whole + layers.flatMap(metrics)
  }

  private func metrics(of layer: Layer) -> [Catalog.Metric] {
    let figures: [(name: String, value: Double?, unit: String)] = [
      ("sqnr", layer.sqnr, "dB"), ("mean_error", layer.meanError, ""), ("max_error", layer.maxError, ""),
      ("clipped", layer.output.clipped, "fraction"), ("weight_sqnr", layer.weightSQNR, "dB"),
      ("weight_clipped", layer.weight?.clipped, "fraction"),
    ]
    return figures.compactMap { figure in
      figure.value.map { .init(figure.name, model: .int8, layer: layer.name, value: $0, unit: figure.unit) }
    }
  }

  /// The confusion matrices as the catalog holds them: empty cells included, but of a network with more outputs than
  /// labels can name only those that are not empty.
  public var confusionRows: [Catalog.Confusion] {
    [(Catalog.Model.float32, float32.confusion), (.int8, int8.confusion)].flatMap { model, counts in
      counts.indices.flatMap { actual in
        counts[actual].enumerated().filter { $1 > 0 || counts[actual].count <= Classification.mostLabels }.map {
          Catalog.Confusion(model: model, actual: actual, predicted: $0, count: $1)
        }
      }
    }
  }
}

extension FloatInt8Comparison {
  /// What the catalog is told of an evaluation.
  /// - Parameter activationBytes: what int8's activations of a batch take in memory.
  public func record(_ speed: Speed, activationBytes: Int) -> Catalog.RunResults {
    Catalog.RunResults(
      dataset: dataset, metrics: metrics + speed.metrics + [.activationBytes(Int64(activationBytes))],
      confusion: confusionRows)
  }
}

extension Speed {
  /// The figures as the catalog holds them; the first engine is the float one.
  public var metrics: [Catalog.Metric] {
    [.imagesPerSecond(.float32, first), .imagesPerSecond(.int8, second), .batch(batch)]
  }

  /// Both speeds in a line.
  public var headline: String {
    String(format: "%.0f and %.0f images/s in batches of %d, medians of %d passes", first, second, batch, passes)
  }
}
