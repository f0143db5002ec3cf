import Kernels

/// The kernels that a product layer calls.
extension KernelCase {
  /// Y = X W + b, with ReLU.
  static func gemmF32(_ shape: ProductShape) -> KernelCase {
    KernelCase(
      name: "gemm_f32 \(shape.layer)", shape: shape.description, work: .operations(shape.operations, .f32),
      shards: shape.calls
    ) {
      let panelStride = shape.terms * Kernels.panel
      let input = AlignedBuffer<Float>(random: shape.inputCount, seed: 1)
      let weight = AlignedBuffer<Float>(random: PackedWeights.panels(shape.out) * panelStride, seed: 2)
      let bias = AlignedBuffer<Float>(random: shape.out, seed: 3)
      let output = AlignedBuffer<Float>(count: shape.resultCount)
      let (rows, terms) = (AlignedBuffer(shape.rowTable), AlignedBuffer(shape.termTable))
      let panelRows = AlignedBuffer((0..<shape.terms).map { Int32($0 * Kernels.panel) })
      let results = AlignedBuffer(shape.resultTable)
      return KernelOperands { kernels, call in
        let columns = shape.columns(of: call)
        kernels.gemmF32(
          m: shape.rows, n: columns.count, k: shape.terms,
          a: input.pointer + shape.input(of: call), aRow: rows.pointer, aColumn: terms.pointer,
          b: weight.pointer + columns.lowerBound / Kernels.panel * panelStride, bRow: panelRows.pointer,
          bPanel: panelStride, c: output.pointer + shape.result(of: call), cRow: results.pointer,
          start: .bias(bias.pointer + columns.lowerBound), relu: true)
      } results: {
        output.bytes
      }
    }
  }

  /// dW = X^T dY, as training has it: the terms of a sum are the rows of the forward product.
  static func weightGradient(_ shape: ProductShape) -> KernelCase {
    KernelCase(
      name: "gemm_f32 \(shape.layer) gradient", shape: "\(shape.terms) x \(shape.out) x \(shape.rows)",
      work: .operations(shape.operations, .f32), shards: shape.calls
    ) {
      let input = AlignedBuffer<Float>(random: shape.inputCount, seed: 1)
      let gradient = AlignedBuffer<Float>(random: shape.resultCount, seed: 4)
      // Each image of a convolution has sums of its own, so that calls do not wait for each other.
      let size = shape.terms * shape.out
      let output = AlignedBuffer<Float>(count: size * (shape.isConvolution ? shape.calls : 1))
      let (rows, terms) = (AlignedBuffer(shape.rowTable), AlignedBuffer(shape.termTable))
      let gradientRows = AlignedBuffer(shape.resultTable)
      let outputRows = AlignedBuffer((0..<shape.terms).map { Int32($0 * shape.out) })
      return KernelOperands { kernels, call in
        let columns = shape.columns(of: call)
        kernels.gemmF32(
          m: shape.terms, n: columns.count, k: shape.rows,
          a: input.pointer + shape.input(of: call), aRow: terms.pointer, aColumn: rows.pointer,
          b: gradient.pointer + shape.result(of: call), bRow: gradientRows.pointer, bPanel: Kernels.panel,
          c: output.pointer + (shape.isConvolution ? call * size : columns.lowerBound), cRow: outputRows.pointer)
      } results: {
        output.bytes
      }
    }
  }

  /// The integers' product, on one of its paths, each with operands that it is exact for.
  static func gemmU8S8(_ shape: ProductShape, _ path: ProductPath) -> KernelCase {
    KernelCase(
      name: "gemm_u8s8 \(path.rawValue) \(shape.layer)", shape: shape.description,
      work: .operations(shape.operations, path == .pairwise ? .pairwise : .wide), shards: shape.calls
    ) {
      let groups = shape.groupTable.count
      let input = AlignedBuffer<UInt8>(random: shape.inputCount, seed: 1, 0...(path == .pairwise ? 127 : 255))
      let loose = AlignedBuffer<Int8>(random: shape.out * groups * 4, seed: 2, -127...127)
      let weight = AlignedBuffer<Int8>(count: PackedWeights.sizeU8S8(n: shape.out, groups: groups))
      PackedWeights.packU8S8(n: shape.out, groups: groups, weights: loose.pointer, packed: weight.pointer)
      let start = AlignedBuffer<Int32>(random: shape.out, seed: 3, -1000...1000)
      let sums = AlignedBuffer<Int32>(count: shape.resultCount)
      let (rows, groupTable) = (AlignedBuffer(shape.rowTable), AlignedBuffer(shape.groupTable))
      return KernelOperands { kernels, call in
        let columns = shape.columns(of: call)
        kernels.gemmU8S8(
          m: shape.rows, n: columns.count, groups: groups,
          a: input.pointer + shape.input(of: call), aRow: rows.pointer, aGroup: groupTable.pointer,
          weights: weight.pointer + columns.lowerBound * groups * 4, start: start.pointer + columns.lowerBound,
          accumulators: sums.pointer + shape.result(of: call), stride: shape.out, path: path)
      } results: {
        sums.bytes
      }
    }
  }

  /// The sums of a layer as the next one's integers.
  static func requantize(_ shape: ProductShape) -> KernelCase {
    let count = shape.resultCount
    return KernelCase(
      name: "requantize_u8 \(shape.layer)", shape: "\(shape.rows) x \(shape.out)",
      work: .moves(read: 4 * count, written: count, inPlace: false), shards: shape.calls
    ) {
      let sums = AlignedBuffer<Int32>(random: count, seed: 1, -100_000...100_000)
      let multiplier = AlignedBuffer<Float>(random: shape.out, seed: 2, 0.0005, 0.002)
      let output = AlignedBuffer<UInt8>(count: count)
      let rows = AlignedBuffer(shape.resultTable)
      return KernelOperands { kernels, call in
        let (columns, first) = (shape.columns(of: call), shape.result(of: call))
        kernels.requantize(
          m: shape.rows, n: columns.count, accumulators: sums.pointer + first, stride: shape.out, bias: nil,
          multiplier: multiplier.pointer + columns.lowerBound, zeroPoint: 3, range: 3...255,
          out: output.pointer + first, outRow: rows.pointer)
      } results: {
        output.bytes
      }
    }
  }

  /// The sums of a dynamic layer as real numbers.
  static func dequantize(_ shape: ProductShape) -> KernelCase {
    let count = shape.resultCount
    return KernelCase(
      name: "dequantize_f32 \(shape.layer)", shape: "\(shape.rows) x \(shape.out)",
      work: .moves(read: 4 * count, written: 4 * count, inPlace: false), shards: shape.calls
    ) {
      let sums = AlignedBuffer<Int32>(random: count, seed: 1, -100_000...100_000)
      let columnSums = AlignedBuffer<Int32>(random: shape.out, seed: 2, -1000...1000)
      let scales = AlignedBuffer<Float>(random: shape.out, seed: 3, 0.001, 0.01)
      let bias = AlignedBuffer<Float>(random: shape.out, seed: 4)
      let (zeroPoint, scale) = (AlignedBuffer<Int32>([3]), AlignedBuffer<Float>([0.02]))
      let output = AlignedBuffer<Float>(count: count)
      let rows = AlignedBuffer(shape.resultTable)
      return KernelOperands { kernels, call in
        let (columns, first) = (shape.columns(of: call), shape.result(of: call))
        kernels.dequantize(
          m: shape.rows, n: columns.count, accumulators: sums.pointer + first, stride: shape.out,
          zeroPoint: zeroPoint.pointer, scale: scale.pointer, rowStep: 0,
          columnSum: columnSums.pointer + columns.lowerBound, weightScale: scales.pointer + columns.lowerBound,
          bias: bias.pointer + columns.lowerBound, fused: false, relu: true, out: output.pointer + first,
          outRow: rows.pointer)
      } results: {
        output.bytes
      }
    }
  }
}
