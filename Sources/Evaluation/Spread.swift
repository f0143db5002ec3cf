import Foundation
import Int8Linear
import Layers
import Quantization
import Tensors

/// How a tensor's float values lie, and how many of them int8's integers cannot hold.
public struct Spread: Sendable, Equatable, Codable {
  /// The values in bins; nil where there are none, or one is not finite.
  public let values: Distribution?
  /// The share of values beyond the integers in use, 0 to 1; nil where no scale was fixed beforehand.
  public let clipped: Double?

  /// The spread of a weight.
  /// - Parameter quantized: its integers, whose scales say what is clipped; nil where it stays float.
  package init(of weight: [Float], quantized: QuantizedWeight?) {
    values = Distribution(weight)
    clipped = quantized.map { quantized in
      let inner = quantized.inner
      let beyond = weight.indices.count { index in
        !quantized.representable(channel: index / inner).contains(Double(weight[index]))
      }
      return weight.isEmpty ? 0 : Double(beyond) / Double(weight.count)
    }
  }

  private init(values: Distribution?, clipped: Double?) {
    self.values = values
    self.clipped = clipped
  }

  /// The spreads of what leaves some layers of a float engine, over some images.
  ///
  /// The images are run through twice: bins need both ends first, and values are too many to keep.
  /// - Parameters:
  ///   - names: the layers, or `Network.inputName`.
  ///   - grids: the integers that stand for their values, where scales are fixed.
  package static func ofActivations(
    _ names: [String], by engine: some InferenceEngine, grids: [String: QuantizationParameters], on images: ImageSet
  ) -> [Spread] {
    ofActivations(names.map { ($0, grids[$0]) }, by: engine, on: images)
  }

  /// Likewise, each layer with the integers that stand for its values.
  static func ofActivations(
    _ values: [(name: String, grid: QuantizationParameters?)], by engine: some InferenceEngine, on images: ImageSet
  ) -> [Spread] {
    let names = values.map(\.name)
    var ranges = values.map { Range(grid: $0.grid?.representable) }
    forEachBatch(of: names, by: engine, on: images) { ranges[$0].add($1) }
    var distributions = ranges.map(\.distribution)
    forEachBatch(of: names, by: engine, on: images) { distributions[$0]?.add($1) }
    return zip(distributions, ranges).map { Spread(values: $0, clipped: $1.clipped) }
  }

  private static func forEachBatch(
    of names: [String], by engine: some InferenceEngine, on images: ImageSet, _ body: (Int, [Float]) -> Void
  ) {
    for batch in ImageSet.batches(of: images.count, size: engine.capacity) {
      images.floats(batch).withUnsafeBufferPointer { _ = engine.logits($0, count: batch.count) }
      for (index, name) in names.enumerated() { body(index, engine.values(of: name, count: batch.count)) }
    }
  }

  /// Both ends of what was seen, and how much of it lies beyond a grid.
  private struct Range {
    let grid: ClosedRange<Double>?
    var (low, high) = (Float.infinity, -Float.infinity)
    var isFinite = true
    var (beyond, count) = (0, 0)

    init(grid: ClosedRange<Double>?) { self.grid = grid }

    mutating func add(_ values: [Float]) {
      for value in values {
        low = min(low, value)
        high = max(high, value)
        isFinite = isFinite && value.isFinite
        if let grid, !grid.contains(Double(value)) { beyond += 1 }
      }
      count += values.count
    }

    var distribution: Distribution? { isFinite && count > 0 ? Distribution(low: low, high: high) : nil }
    var clipped: Double? { grid == nil ? nil : count == 0 ? 0 : Double(beyond) / Double(count) }
  }
}

extension QuantizedWeight {
  /// The real numbers that round to one of a channel's integers.
  fileprivate func representable(channel: Int) -> ClosedRange<Double> {
    let scale = Double(scale(channel))
    return scale * (Double(range.low) - 0.5)...scale * (Double(range.high) + 0.5)
  }
}
