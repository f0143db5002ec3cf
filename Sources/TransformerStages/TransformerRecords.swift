import Catalog
import Foundation
import Tokenizers
import Transformer
import TransformerEvaluation
import TransformerPasses

extension Catalog.QuantizationScheme {
  /// A transformer's scheme as the catalog holds it.
  package init(_ scheme: TransformerScheme) {
    let type =
      switch scheme.activations {
      case .perToken, .perGroup: "dynamic"
      case .fixed: "static"
      case .none: "weight_only"
      }
    let rows = scheme.weights.parameterScheme
    let activations: Tensors? =
      switch scheme.activations {
      case .perToken:
        Tensors(dtype: "s8", quantization: "per_row_symmetric", range: -127...127, observer: "min_max")
      case .fixed:
        Tensors(dtype: "s8", quantization: "per_tensor_symmetric", range: -127...127, observer: "min_max")
      case .perGroup:
        Tensors(dtype: "s8", quantization: "per_group_symmetric", range: -127...127, observer: "min_max")
      case .none: nil
      }
    let isFour = scheme.bits == 4
    self.init(
      type: type, profile: "octavo",
      weights: Tensors(
        dtype: isFour ? "s4" : "s8", quantization: rows, range: isFour ? -8...7 : -127...127, observer: "min_max"),
      activations: activations)
  }
}

extension ConvertTransformer.Matrix {
  /// The matrix's scales as the catalog holds them: one for each row, or one for all, and that of what it multiplies. Of scales
  /// of groups, which are too many, the least and the largest are metrics.
  package func parameters(_ scheme: TransformerScheme) -> [Catalog.QuantizationParameter] {
    let isPerRow = scheme.weights == .perRow
    let own = (isPerRow ? scales : Array(scales.prefix(1))).enumerated().map { channel, scale in
      Catalog.QuantizationParameter(
        tensor: tensor.name, channel: channel, scale: scale, zeroPoint: 0, quantMin: -127, quantMax: 127, dtype: "s8",
        scheme: scheme.weights.parameterScheme, observer: "min_max")
    }
    guard let inputScale else { return own }
    return own + [
      Catalog.QuantizationParameter(
        tensor: tensor.name + ".input", scale: inputScale, zeroPoint: 0, quantMin: -127, quantMax: 127, dtype: "s8",
        scheme: "per_tensor_symmetric", observer: "min_max")
    ]
  }

  /// What its sums can reach, and the least and the largest of its scales.
  package var metrics: [Catalog.Metric] {
    [
      ("accumulator_bound", Double(accumulatorBound)), ("least_scale", Double(least)),
      ("largest_scale", Double(largest)),
    ].map { .init($0.0, model: .int8, layer: tensor.name, value: $0.1, unit: "") }
  }
}

extension TransformerScheme.Weights {
  /// What the catalog calls it.
  fileprivate var parameterScheme: String {
    switch self {
    case .perRow: "per_channel_symmetric"
    case .perTensor: "per_tensor_symmetric"
    case .perGroup: "per_group_symmetric"
    }
  }
}

extension TransformerStatistics {
  /// What calibration saw as the catalog holds it: how many tokens, each group's largest magnitude, and the massive channels.
  package var record: Catalog.RunResults {
    let groups = largest.sorted { $0.key.name < $1.key.name }
    return .init(
      metrics: [.init("calibration_tokens", value: Double(tokens), unit: "tokens")]
        + groups.map {
          .init("largest_input", model: .float32, layer: $0.key.name, value: Double($0.value.max() ?? 0), unit: "")
        },
      massiveActivations: groups.flatMap { MassiveActivation.found(in: $0.value, of: $0.key) }.map {
        .init(
          tensor: $0.tensor.name, channel: $0.channel, magnitude: Double($0.magnitude), median: Double($0.median))
      })
  }
}

extension Catalog.GreedyFlip {
  /// A flip with the text of both tokens.
  init(_ flip: TextComparison.Flip, _ tokenizer: Tokenizer) {
    func text(_ token: Int32) -> String {
      var decoder = tokenizer.decoder(continuing: true)
      return String(decoding: decoder.append(token), as: UTF8.self)
    }
    self.init(
      window: flip.window, position: flip.position, float32Token: Int(flip.first), int8Token: Int(flip.second),
      float32Text: text(flip.first), int8Text: text(flip.second), margin: Double(flip.margin))
  }
}

extension TransformerEvaluation {
  /// The figures as the catalog holds them.
  /// - Parameters:
  ///   - speeds: float32's and int8's.
  ///   - tokenizer: gives the flips' tokens their text.
  package func record(speeds: [GenerationSpeed], tokenizer: Tokenizer) -> Catalog.RunResults {
    var metrics: [Catalog.Metric] = [
      .fileBytes(.float32, Int64(floatBytes)), .fileBytes(.int8, Int64(int8Bytes)),
      .init("predictions", value: Double(comparison.predictions), unit: "tokens"),
      .init("greedy_flips", value: Double(comparison.flips.count), unit: "tokens"),
    ]
    func add(_ name: String, _ estimate: Estimate, model: Catalog.Model? = nil, unit: String = "") {
      metrics.append(.init(name, model: model, value: estimate.value, unit: unit))
      metrics.append(.init("\(name)_standard_error", model: model, value: estimate.error, unit: unit))
    }
    add("perplexity", comparison.firstPerplexity, model: .float32)
    add("perplexity", comparison.secondPerplexity, model: .int8)
    add("perplexity_ratio", comparison.perplexityRatio)
    add("kl_divergence", comparison.divergence, unit: "nats")
    add("same_top_1", comparison.sameChoice, unit: "fraction")
    add("probability_change", comparison.probabilityChange, unit: "fraction")
    for place in noise.places {
      metrics.append(
        .init("input_sqnr", model: .int8, layer: place.tensor.name, value: place.decibels, unit: "dB"))
      metrics.append(
        .init("largest_input", model: .float32, layer: place.tensor.name, value: Double(place.largest), unit: ""))
      metrics.append(
        .init(
          "largest_input_channel", model: .float32, layer: place.tensor.name, value: Double(place.channel), unit: ""))
    }
    for (model, speed) in zip([Catalog.Model.float32, .int8], speeds) {
      metrics.append(.init("prompt_tokens_per_second", model: model, value: speed.promptRate, unit: "tokens/s"))
      metrics.append(.init("generated_tokens_per_second", model: model, value: speed.followingRate, unit: "tokens/s"))
    }
    return .init(
      dataset: text, metrics: metrics, greedyFlips: comparison.flips.map { Catalog.GreedyFlip($0, tokenizer) })
  }
}

extension TransformerEvaluation {
  /// The figures as JSON, keys sorted.
  /// - Throws: `TransformerStageError.notFinite` where a model's logits are no numbers.
  package func json() throws -> [UInt8] {
    for (model, figures) in [
      ("float", comparison.firstLosses), ("int8", comparison.secondLosses), ("float or int8", comparison.divergences),
    ] {
      if let index = figures.firstIndex(where: { !$0.isFinite }) {
        throw TransformerStageError.notFinite(model: model, prediction: index)
      }
    }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return Array(try encoder.encode(figures)) + [UInt8(ascii: "\n")]
  }
}
