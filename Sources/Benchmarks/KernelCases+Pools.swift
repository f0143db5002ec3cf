import Kernels
import Networks

/// The kernels of a max-pool, an image a call.
extension KernelCase {
  /// Floats, integers, sums of products, and the floats' gradient; none of a pool that no kernel makes.
  static func pools(
    of layer: String, _ pool: MaxPool2d, _ input: ImageShape, _ output: ImageShape, batch: Int
  ) -> [KernelCase] {
    guard pool.window.isPlain else { return [] }
    let shape = PoolShape(layer: layer, pool: pool, input: input, output: output, batch: batch)
    let byPlace = pool.kernel.height <= pool.stride.height ? [shape.index, shape.unpool] : []
    return [shape.f32, shape.u8, shape.s32, shape.backward] + byPlace
  }
}

private struct PoolShape: Sendable {
  let layer: String
  let pool: MaxPool2d
  let input: ImageShape
  let output: ImageShape
  let batch: Int

  private var geometry: PoolGeometry {
    PoolGeometry(
      channels: input.channels, outHeight: output.height, outWidth: output.width, kernel: pool.kernel.height,
      stride: pool.stride.height, inputRow: input.width * input.channels, outputRow: output.width * output.channels)
  }

  var f32: KernelCase {
    let (geometry, read, written, batch) = (geometry, input.count, output.count, batch)
    return make("max_pool_f32", read: 4 * read, written: 4 * written, inPlace: false) {
      let (x, y) = (AlignedBuffer<Float>(random: read * batch, seed: 1), AlignedBuffer<Float>(count: written * batch))
      return KernelOperands { kernels, call in
        kernels.maxPoolF32(geometry, x: x.pointer + call * read, y: y.pointer + call * written)
      } results: {
        y.bytes
      }
    }
  }

  var u8: KernelCase {
    let (geometry, read, written, batch) = (geometry, input.count, output.count, batch)
    return make("max_pool_u8", read: read, written: written, inPlace: false) {
      let x = AlignedBuffer<UInt8>(random: read * batch, seed: 1, 0...255)
      let y = AlignedBuffer<UInt8>(count: written * batch)
      return KernelOperands { kernels, call in
        kernels.maxPoolU8(geometry, x: x.pointer + call * read, y: y.pointer + call * written)
      } results: {
        y.bytes
      }
    }
  }

  var s32: KernelCase {
    let (geometry, read, written, batch) = (geometry, input.count, output.count, batch)
    return make("max_pool_s32", read: 4 * read, written: 4 * written, inPlace: false) {
      let x = AlignedBuffer<Int32>(random: read * batch, seed: 1, -100_000...100_000)
      let y = AlignedBuffer<Int32>(count: written * batch)
      return KernelOperands { kernels, call in
        kernels.maxPoolS32(geometry, x: x.pointer + call * read, y: y.pointer + call * written)
      } results: {
        y.bytes
      }
    }
  }

  /// It reads x, y and dy, and writes dx; where windows overlap it reads what dx holds as well.
  var backward: KernelCase {
    let (geometry, read, written, batch) = (geometry, input.count, output.count, batch)
    let added = pool.kernel.height > pool.stride.height ? read : 0
    return make(
      "max_pool_backward_f32", read: 4 * (read + added + 2 * written), written: 4 * read, inPlace: false
    ) {
      let ((x, y), dy) = (pooled(), AlignedBuffer<Float>(random: written * batch, seed: 2))
      let dx = AlignedBuffer<Float>(count: read * batch)
      return KernelOperands { kernels, call in
        kernels.maxPoolBackward(
          geometry, x: x.pointer + call * read, y: y.pointer + call * written, dy: dy.pointer + call * written,
          dx: dx.pointer + call * read)
      } results: {
        dx.bytes
      }
    }
  }

  /// Images of floats and what the reference makes of them: it serves all, since the maxima are the same whoever finds
  /// them.
  private func pooled() -> (x: AlignedBuffer<Float>, y: AlignedBuffer<Float>) {
    let (x, y) = (
      AlignedBuffer<Float>(random: input.count * batch, seed: 1), AlignedBuffer<Float>(count: output.count * batch)
    )
    if let reference = try? Kernels(.scalar) {
      for image in 0..<batch {
        reference.maxPoolF32(geometry, x: x.pointer + image * input.count, y: y.pointer + image * output.count)
      }
    }
    return (x, y)
  }

  var index: KernelCase {
    let (geometry, read, written, batch) = (geometry, input.count, output.count, batch)
    return make("max_pool_index_f32", read: 4 * (read + written), written: written, inPlace: false) {
      let ((x, y), index) = (pooled(), AlignedBuffer<UInt8>(count: written * batch))
      return KernelOperands { kernels, call in
        kernels.maxPoolIndex(
          geometry, x: x.pointer + call * read, y: y.pointer + call * written, index: index.pointer + call * written)
      } results: {
        index.bytes
      }
    }
  }

  var unpool: KernelCase {
    let (geometry, read, written, batch) = (geometry, input.count, output.count, batch)
    return make("max_unpool_f32", read: 9 * written, written: 4 * read, inPlace: false) {
      let ((x, y), dy) = (pooled(), AlignedBuffer<Float>(random: written * batch, seed: 2))
      let (index, dx) = (AlignedBuffer<UInt8>(count: written * batch), AlignedBuffer<Float>(count: read * batch))
      if let reference = try? Kernels(.scalar) {
        for image in 0..<batch {
          reference.maxPoolIndex(
            geometry, x: x.pointer + image * read, y: y.pointer + image * written,
            index: index.pointer + image * written)
        }
      }
      return KernelOperands { kernels, call in
        kernels.maxUnpool(
          geometry, index: index.pointer + call * written, y: y.pointer + call * written,
          dy: dy.pointer + call * written, dx: dx.pointer + call * read, relu: true)
      } results: {
        dx.bytes
      }
    }
  }

  /// - Parameters:
  ///   - read: bytes of one image, likewise `written`.
  private func make(
    _ kernel: String, read: Int, written: Int, inPlace: Bool, _ operands: @escaping @Sendable () -> KernelOperands
  ) -> KernelCase {
    KernelCase(
      name: "\(kernel) \(layer)", shape: "\(input), \(pool.kernel.height) by \(pool.stride.height)",
      work: .moves(read: read * batch, written: written * batch, inPlace: inPlace), shards: batch, make: operands)
  }
}
