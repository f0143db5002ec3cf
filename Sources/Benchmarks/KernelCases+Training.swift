import Kernels
import Networks

/// The kernels of training alone.
extension KernelCase {
  /// Fake quantization of an activation: forward, backward, and the gradient of a learned scale.
  static func fakeQuantization(of layer: String, _ image: ImageShape, batch: Int) -> [KernelCase] {
    let (count, channels) = (image.count, image.channels)
    let rows = count / channels
    @Sendable func operands(
      _ body: @escaping @Sendable (Kernels, Int, FakeQuantized) -> Void
    ) -> @Sendable () -> KernelOperands {
      {
        let memory = FakeQuantized(count: count, channels: channels, batch: batch)
        return KernelOperands {
          body($0, $1, memory)
        } results: {
          memory.output.bytes + memory.sums.bytes
        }
      }
    }
    func bytes(_ read: Int, _ written: Int) -> (read: Int, written: Int) {
      (4 * read * count * batch, 4 * written * count * batch)
    }
    let (forward, backward, scale) = (bytes(1, 1), bytes(2, 1), bytes(2, 0))
    return [
      KernelCase(
        name: "fake_quantize_f32 \(layer)", shape: "\(rows) x \(channels)",
        work: .moves(read: forward.read, written: forward.written, inPlace: false), shards: batch,
        make: operands { kernels, call, memory in
          kernels.fakeQuantize(
            m: rows, n: channels, x: memory.x.pointer + call * count, memory.grid,
            out: memory.output.pointer + call * count)
        }),
      KernelCase(
        name: "fake_quantize_backward_f32 \(layer)", shape: "\(rows) x \(channels)",
        work: .moves(read: backward.read, written: backward.written, inPlace: false), shards: batch,
        make: operands { kernels, call, memory in
          kernels.fakeQuantizeBackward(
            m: rows, n: channels, x: memory.x.pointer + call * count, memory.grid, slope: memory.slope.pointer,
            dy: memory.dy.pointer + call * count, dx: memory.output.pointer + call * count)
        }),
      KernelCase(
        name: "fake_quantize_scale_gradient_f32 \(layer)", shape: "\(rows) x \(channels)",
        work: .computes(read: scale.read, written: scale.written), shards: batch,
        make: operands { kernels, call, memory in
          kernels.fakeQuantizeScaleGradient(
            m: rows, n: channels, x: memory.x.pointer + call * count, memory.grid,
            dy: memory.dy.pointer + call * count, sum: memory.sums.pointer + call)
        }),
    ]
  }

  /// A matrix with rows and columns exchanged, by bands of 64 columns.
  static func transpose(_ layer: String, rows: Int, columns: Int) -> KernelCase {
    let (count, band) = (rows * columns, 64)
    return KernelCase(
      name: "transpose_f32 \(layer)", shape: "\(rows) x \(columns)",
      work: .moves(read: 4 * count, written: 4 * count, inPlace: false), shards: (columns + band - 1) / band
    ) {
      let (x, out) = (AlignedBuffer<Float>(random: count, seed: 1), AlignedBuffer<Float>(count: count))
      return KernelOperands { kernels, call in
        kernels.transpose(
          rows: rows, columns: min(band, columns - call * band), x: x.pointer + call * band, stride: columns,
          out: out.pointer + call * band * rows, outStride: rows)
      } results: {
        out.bytes
      }
    }
  }

  /// A step of the optimizer on a layer's weights.
  static func adam(_ layer: String, count: Int) -> KernelCase {
    let block = 16_384
    let constants = AdamConstants(
      oneMinusBeta1: 0.1, beta2: 0.999, oneMinusBeta2: 0.001, stepSize: 0.001, sqrtCorrection2: 0.5, epsilon: 1e-8)
    return KernelCase(
      name: "adam_f32 \(layer)", shape: "\(count)",
      work: .moves(read: 16 * count, written: 12 * count, inPlace: true), shards: (count + block - 1) / block
    ) {
      let (w, gradient) = (
        AlignedBuffer<Float>(random: count, seed: 1), AlignedBuffer<Float>(random: count, seed: 2)
      )
      let (m, v) = (AlignedBuffer<Float>(random: count, seed: 3), AlignedBuffer<Float>(random: count, seed: 4, 0.1, 1))
      return KernelOperands { kernels, call in
        let first = call * block
        kernels.adam(
          count: min(block, count - first), w: w.pointer + first, m: m.pointer + first, v: v.pointer + first,
          gradient: gradient.pointer + first, constants)
      } results: {
        w.bytes + m.bytes + v.bytes
      }
    }
  }

  /// The loss of a batch and its gradient.
  static func crossEntropy(classes: Int, batch: Int) -> KernelCase {
    KernelCase(
      name: "cross_entropy", shape: "\(batch) x \(classes)",
      work: .computes(read: 4 * classes * batch, written: 4 * classes * batch), shards: 1
    ) {
      let logits = AlignedBuffer<Float>(random: classes * batch, seed: 1, -8, 8)
      let labels = AlignedBuffer<UInt8>(random: batch, seed: 2, 0...UInt8(min(classes, 256) - 1))
      let (gradient, loss) = (AlignedBuffer<Float>(count: classes * batch), AlignedBuffer<Double>(count: 1))
      return KernelOperands { kernels, _ in
        loss.pointer[0] = kernels.crossEntropy(
          rows: batch, classes: classes, logits: logits.pointer, labels: labels.pointer,
          gradientScale: 1 / Float(batch), gradient: gradient.pointer)
      } results: {
        gradient.bytes + loss.bytes
      }
    }
  }
}

/// What the kernels of fake quantization read and write. A call's sum is its own.
private struct FakeQuantized: @unchecked Sendable {
  // Unchecked: calls write memory of their own.
  let x, dy, output, factor, slope: AlignedBuffer<Float>
  let sums: AlignedBuffer<Double>
  let grid: FakeQuantization

  init(count: Int, channels: Int, batch: Int) {
    x = AlignedBuffer(random: count * batch, seed: 1, -0.5, 1.5)
    dy = AlignedBuffer(random: count * batch, seed: 2)
    output = AlignedBuffer(count: count * batch)
    factor = AlignedBuffer([100])
    slope = AlignedBuffer([0.01])
    sums = AlignedBuffer(count: batch)
    grid = FakeQuantization(factor: factor.pointer, isPerColumn: false, divides: false, relu: true, range: 0...127)
  }
}
