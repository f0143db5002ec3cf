import Kernels
import Layers
import Networks

/// The kernels of depthwise convolutions, of sums and of tables, an image a call.
extension KernelCase {
  /// Those that a layer calls.
  static func graphs(of layer: Layer, _ input: ImageShape, _ output: ImageShape, batch: Int) -> [KernelCase] {
    switch layer.operation {
    case .conv2d(let conv) where conv.isDepthwise(over: input):
      let shape = DepthwiseShape(layer: layer.name, conv: conv, input: input, output: output, batch: batch)
      return [shape.f32, shape.weight, shape.u8s8]
    case .add: return [add(layer.name, output, batch: batch)]
    case .relu6, .leakyReLU, .hardSwish, .sigmoid: return [lookUp(layer.name, output, batch: batch)]
    default: return []
    }
  }

  private static func add(_ layer: String, _ image: ImageShape, batch: Int) -> KernelCase {
    let count = image.count
    return KernelCase(
      name: "add_u8 \(layer)", shape: "\(image)",
      work: .moves(read: 2 * count * batch, written: 4 * count * batch, inPlace: false), shards: batch
    ) {
      let a = AlignedBuffer<UInt8>(random: count * batch, seed: 1, 0...255)
      let b = AlignedBuffer<UInt8>(random: count * batch, seed: 2, 0...255)
      let y = AlignedBuffer<Float>(count: count * batch)
      return KernelOperands { kernels, call in
        kernels.add(
          count: count, .init(a.pointer + call * count, zeroPoint: 7, scale: 0.011),
          .init(b.pointer + call * count, zeroPoint: 120, scale: 0.023), y: y.pointer + call * count)
      } results: {
        y.bytes
      }
    }
  }

  private static func lookUp(_ layer: String, _ image: ImageShape, batch: Int) -> KernelCase {
    let count = image.count
    return KernelCase(
      name: "lookup_u8 \(layer)", shape: "\(image)",
      work: .moves(read: count * batch, written: count * batch, inPlace: false), shards: batch
    ) {
      let x = AlignedBuffer<UInt8>(random: count * batch, seed: 1, 0...255)
      let table = AlignedBuffer<UInt8>(random: 256, seed: 2, 0...255)
      let y = AlignedBuffer<UInt8>(count: count * batch)
      return KernelOperands { kernels, call in
        kernels.lookUp(
          m: 1, n: count, x: x.pointer + call * count, xRow: count, table: table.pointer, y: y.pointer + call * count,
          yRow: count)
      } results: {
        y.bytes
      }
    }
  }
}

private struct DepthwiseShape: Sendable {
  let layer: String
  let conv: Conv2d
  let input: ImageShape
  let output: ImageShape
  let batch: Int

  private var taps: Int { conv.kernel.height * conv.kernel.width }
  private var channels: Int { input.channels }
  private var layout: ActivationLayout { ActivationLayout(image: input, border: conv.border) }
  private var operations: Int { 2 * output.count * taps * batch }

  /// Every output pixel by every tap: those of the border are zeros.
  private var table: Kernels.TapTable {
    var table = Kernels.TapTable()
    let offsets = layout.tapTable(conv.window)
    for (index, first) in layout.windowTable(conv.window, over: output).enumerated() {
      table.append(index * channels, offsets.enumerated().map { (Int(first + $1), $0) })
    }
    return table
  }

  private func make(
    _ kernel: String, _ loop: Peaks.Loop, _ operands: @escaping @Sendable () -> KernelOperands
  ) -> KernelCase {
    KernelCase(
      name: "\(kernel) \(layer)", shape: "\(output), \(conv.kernel.height)x\(conv.kernel.width)",
      work: .operations(operations, loop), shards: batch, make: operands)
  }

  var f32: KernelCase {
    let (table, channels, taps, stride, count, batch) = (table, channels, taps, layout.imageStride, output.count, batch)
    return make("depthwise_f32", .f32) {
      let x = AlignedBuffer<Float>(random: stride * batch, seed: 1)
      let weight = AlignedBuffer<Float>(random: (channels + 15) / 16 * taps * 16, seed: 2)
      let bias = AlignedBuffer<Float>(random: channels, seed: 3)
      let y = AlignedBuffer<Float>(count: count * batch)
      return KernelOperands { kernels, call in
        kernels.depthwise(
          table, channels: channels, x: x.pointer + call * stride, weight: weight.pointer, taps: taps,
          bias: bias.pointer, relu: true, y: y.pointer + call * count)
      } results: {
        y.bytes
      }
    }
  }

  var weight: KernelCase {
    let (table, channels, taps, stride, count, batch) = (table, channels, taps, layout.imageStride, output.count, batch)
    return make("depthwise_weight_f32", .f32) {
      let x = AlignedBuffer<Float>(random: stride * batch, seed: 1)
      let dy = AlignedBuffer<Float>(random: count * batch, seed: 2)
      let size = (channels + 15) / 16 * taps * 16
      let sums = AlignedBuffer<Float>(count: size * batch)
      return KernelOperands { kernels, call in
        kernels.depthwiseWeight(
          table, channels: channels, x: x.pointer + call * stride, dy: dy.pointer + call * count, taps: taps,
          sums: sums.pointer + call * size)
      } results: {
        sums.bytes
      }
    }
  }

  var u8s8: KernelCase {
    let (channels, taps, stride, count, batch) = (channels, taps, layout.imageStride, output.count, batch)
    let (rows, offsets) = (layout.windowTable(conv.window, over: output), layout.tapTable(conv.window))
    return make("depthwise_u8s8", .wide) {
      let a = AlignedBuffer<UInt8>(random: stride * batch, seed: 1, 0...255)
      let weights = AlignedBuffer<Int8>(random: channels * taps, seed: 2, -127...127)
      let packed = AlignedBuffer(
        PackedWeights.packDepthwise(
          (0..<channels).map { Array(weights.buffer[$0 * taps..<($0 + 1) * taps]) }, taps: taps))
      let (aRow, aTap) = (AlignedBuffer(rows), AlignedBuffer(offsets))
      let start = AlignedBuffer<Int32>(random: channels, seed: 3, -1000...1000)
      let sums = AlignedBuffer<Int32>(count: count * batch)
      return KernelOperands { kernels, call in
        kernels.depthwiseU8S8(
          m: rows.count, channels: channels, taps: taps, a: a.pointer + call * stride, aRow: aRow.pointer,
          aTap: aTap.pointer, weights: packed.pointer, start: start.pointer, accumulators: sums.pointer + call * count)
      } results: {
        sums.bytes
      }
    }
  }
}
