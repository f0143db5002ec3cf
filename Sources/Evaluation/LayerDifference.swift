import Layers
import Quantization
import QuantizedLayers
import Tensors

/// How what leaves one layer differs between two models, over some images.
public struct LayerDifference: Sendable, Equatable {
  /// What is known of the integers.
  public enum Integers: Sendable, Equatable {
    /// Both models have integers of one scale, zero point and range there: so many of all differ.
    case compared(differing: Int, of: Int)
    /// Real numbers leave the layer in one model at least.
    case realNumbers
    /// Both have integers that stand for other real numbers.
    case otherScales

    /// The part of the integers that differ, of none at all 0; nil where they cannot be compared.
    public var share: Double? {
      guard case .compared(let differing, let all) = self else { return nil }
      return all == 0 ? 0 : Double(differing) / Double(all)
    }
  }

  /// The second model's values against the first's.
  public let error: LayerError
  /// What is known of the integers.
  public let integers: Integers

  /// Whether any value differs; a NaN does.
  public var differs: Bool { error.maxError != 0 }

  /// Compares two engines layer by layer.
  /// - Parameters:
  ///   - names: the layers, or `Network.inputName`, to compare; both engines' networks have them, of one shape.
  ///   - images: fed to both in the same batches.
  public static func measure(
    _ names: [String], first: any InferenceEngine, second: any InferenceEngine, on images: ImageSet
  ) -> [LayerDifference] {
    measure(names.map { ($0, $0) }, first: first, second: second, on: images)
  }

  /// Likewise of values that have a name in each network; the first is the difference's.
  static func measure(
    _ names: [(first: String, second: String)], first: any InferenceEngine, second: any InferenceEngine,
    on images: ImageSet
  ) -> [LayerDifference] {
    let pair = (first as? QuantizedEngine, second as? QuantizedEngine)
    var sums = names.map { _ in LayerError.Sums() }
    var integers = names.map { comparison(of: $0, pair) }
    for batch in ImageSet.batches(of: images.count, size: min(first.capacity, second.capacity)) {
      let count = batch.count
      images.floats(batch).withUnsafeBufferPointer { pixels in
        _ = first.logits(pixels, count: count)
        _ = second.logits(pixels, count: count)
      }
      for (index, name) in names.enumerated() {
        sums[index].add(first.values(of: name.first, count: count), second.values(of: name.second, count: count))
        guard case .compared(let differing, let all) = integers[index], let a = pair.0, let b = pair.1 else { continue }
        let (mine, others) = (a.integers(of: name.first, count: count), b.integers(of: name.second, count: count))
        integers[index] = .compared(
          differing: differing + zip(mine, others).count { $0 != $1 }, of: all + mine.count)
      }
    }
    return names.indices.map { LayerDifference(error: sums[$0].error(of: names[$0].first), integers: integers[$0]) }
  }

  /// Whether a layer's integers can be compared, none of them yet.
  private static func comparison(
    of names: (first: String, second: String), _ engines: (QuantizedEngine?, QuantizedEngine?)
  ) -> Integers {
    let forms = [(engines.0, names.first), (engines.1, names.second)].map { engine, name -> QuantizationParameters? in
      guard let model = engine?.model, case .integer(let scale) = model.lowered.form(of: name) else { return nil }
      return model.scales[scale]
    }
    guard let first = forms[0], let second = forms[1] else { return .realNumbers }
    return first == second ? .compared(differing: 0, of: 0) : .otherScales
  }
}
