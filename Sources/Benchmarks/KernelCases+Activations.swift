import Kernels
import Networks

/// The kernels that go over a batch of activations, an image a call.
extension KernelCase {
  /// The network's input as integers.
  static func quantize(_ image: ImageShape, batch: Int, rule: QuantizeRule) -> KernelCase {
    let count = image.count
    return KernelCase(
      name: "quantize_u8 \(rule.rawValue)", shape: "\(image)",
      work: .moves(read: 4 * count * batch, written: count * batch, inPlace: false), shards: batch
    ) {
      let input = AlignedBuffer<Float>(random: count * batch, seed: 1, -0.1, 1.1)
      let output = AlignedBuffer<UInt8>(count: count * batch)
      return KernelOperands { kernels, call in
        kernels.quantize(
          count: count, x: input.pointer + call * count, scale: 0.0078, zeroPoint: 5, range: 0...127, rule: rule,
          q: output.pointer + call * count)
      } results: {
        output.bytes
      }
    }
  }

  /// The kernels over an activation's values, one image a call.
  static func activations(of layer: String, _ image: ImageShape, batch: Int) -> [KernelCase] {
    relus(of: layer, image, batch: batch) + ranges(of: layer, image, batch: batch)
  }

  private static func overImages(
    _ kernel: String, _ layer: String, _ image: ImageShape, _ batch: Int, read: Int, written: Int,
    inPlace: Bool = false, _ operands: @escaping @Sendable () -> KernelOperands
  ) -> KernelCase {
    let bytes = 4 * image.count * batch
    return KernelCase(
      name: "\(kernel) \(layer)", shape: "\(image)",
      work: .moves(read: read * bytes, written: written * bytes, inPlace: inPlace), shards: batch, make: operands)
  }

  private static func relus(of layer: String, _ image: ImageShape, batch: Int) -> [KernelCase] {
    let (count, total) = (image.count, image.count * batch)
    return [
      overImages("relu_f32", layer, image, batch, read: 1, written: 1, inPlace: true) {
        let x = AlignedBuffer<Float>(random: total, seed: 1)
        return KernelOperands {
          $0.relu(count: count, x: x.pointer + $1 * count)
        } results: {
          x.bytes
        }
      },
      overImages("relu_backward_f32", layer, image, batch, read: 2, written: 1, inPlace: true) {
        let (y, dy) = (AlignedBuffer<Float>(random: total, seed: 1), AlignedBuffer<Float>(random: total, seed: 2))
        return KernelOperands {
          $0.reluBackward(count: count, y: y.pointer + $1 * count, dy: dy.pointer + $1 * count)
        } results: {
          dy.bytes
        }
      },
    ]
  }

  private static func ranges(of layer: String, _ image: ImageShape, batch: Int) -> [KernelCase] {
    let (count, total) = (image.count, image.count * batch)
    return [
      overImages("range_f32", layer, image, batch, read: 1, written: 0) {
        let x = AlignedBuffer<Float>(random: total, seed: 1)
        let ends = AlignedBuffer<Float>(count: 2 * batch)
        return KernelOperands { kernels, call in
          let range = kernels.range(count: count, x: x.pointer + call * count)
          (ends.pointer[2 * call], ends.pointer[2 * call + 1]) = (range.low, range.high)
        } results: {
          ends.bytes
        }
      },
      overImages("column_range_f32", layer, image, batch, read: 1, written: 0) {
        let x = AlignedBuffer<Float>(random: total, seed: 1)
        let channels = image.channels
        let (low, high) = (AlignedBuffer<Float>(count: channels * batch), AlignedBuffer<Float>(count: channels * batch))
        return KernelOperands { kernels, call in
          kernels.columnRange(
            m: count / channels, n: channels, x: x.pointer + call * count, low: low.pointer + call * channels,
            high: high.pointer + call * channels)
        } results: {
          low.bytes + high.bytes
        }
      },
    ]
  }
}
