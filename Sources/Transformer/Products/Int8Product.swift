import Kernels

/// Products of integers: rows are quantized, multiplied exactly in 32 bits, and brought back by the row's scale and the
/// output's.
///
///     q[i][k] = rne(x[i][k] / s[i]),  s[i] = max |x[i]| / 127 or the scale that calibration chose
///     y[i][j] = f32(sum over k of q[i][k] w[j][k]) * f32(s[i] * scale[j])
///
/// Rows are held as bytes with zero point 128, which the sums are freed of, in integers. Channels that are outliers count as 0
/// among the integers and are multiplied in float32 beside them.
package struct Int8Product: RowsProduct, @unchecked Sendable {
  // Unchecked: tables are written once, here.
  package let inner: Int
  package let outs: [Int]
  private let matrices: [PackedMatrix]
  private let scales: [AlignedBuffer<Float>]
  private let sums: [AlignedBuffer<Int32>]
  private let shards: [ProductShard]
  private let activations: ActivationScale
  private let outliers: OutlierColumns?
  private let rows, groupOffsets, zeroPoints, floatRows: AlignedBuffer<Int32>
  private let outRows: [AlignedBuffer<Int32>]

  /// What an integer of a row stands for.
  package enum ActivationScale: Sendable, Equatable {
    /// Chosen for each row from what it holds.
    case perToken
    /// Chosen by calibration, the same for every row.
    case fixed(Float)
  }

  package init(_ matrices: [PackedMatrix], activations: ActivationScale, outliers: OutlierColumns? = nil) {
    inner = matrices[0].inner
    outs = matrices.map(\.out)
    self.matrices = matrices
    scales = matrices.map { AlignedBuffer($0.scales) }
    sums = matrices.map { AlignedBuffer($0.sums) }
    shards = ProductShard.cut(outs)
    (self.activations, self.outliers) = (activations, outliers)
    let (block, groups) = (TransformerEngine.blockTokens, PackedMatrix.groups(inner))
    rows = AlignedBuffer(count: block, step: 4 * groups)
    groupOffsets = AlignedBuffer(count: groups, step: 4)
    zeroPoints = AlignedBuffer(count: block)
    zeroPoints.buffer.update(repeating: 128)
    floatRows = AlignedBuffer(count: block, step: inner)
    outRows = outs.map { AlignedBuffer(count: block, step: $0) }
  }

  package func run(_ x: UnsafePointer<Float>, count: Int, into y: [UnsafeMutablePointer<Float>], compute: Compute) {
    let stride = 4 * PackedMatrix.groups(inner)
    withScratch(UInt8.self, count: count * stride + 64) { q in
      withScratch(Float.self, count: count) { scale in
        // Unchecked: shards write rows of their own.
        nonisolated(unsafe) let (x, q, scale) = (x, q, scale)
        compute.forEachShard(of: count) { rows in
          for row in rows {
            scale[row] = quantize(x + row * inner, to: q + row * stride, kernels: compute.kernels)
            for rest in inner..<stride { q[row * stride + rest] = 128 }
          }
        }
        multiply(q, scale, x, count: count, into: y, compute: compute)
      }
    }
  }

  /// Quantizes a row without its outliers and returns its scale. A row that is not finite gets a scale that makes its results
  /// NaN.
  private func quantize(_ x: UnsafePointer<Float>, to q: UnsafeMutablePointer<UInt8>, kernels: Kernels) -> Float {
    guard let outliers else { return quantizeAll(x, to: q, kernels: kernels) }
    var scale: Float = 0
    withScratch(Float.self, count: inner) { rest in
      rest.update(from: x, count: inner)
      for channel in outliers.channels { rest[channel] = 0 }
      scale = quantizeAll(rest, to: q, kernels: kernels)
    }
    return scale
  }

  private func quantizeAll(_ x: UnsafePointer<Float>, to q: UnsafeMutablePointer<UInt8>, kernels: Kernels) -> Float {
    let range = kernels.range(count: inner, x: x)
    let largest = max(-range.low, range.high)
    guard largest.isFinite else {
      q.update(repeating: 128, count: inner)
      return .nan
    }
    let scale =
      switch activations {
      case .perToken: largest / 127 > 0 ? largest / 127 : 1
      case .fixed(let scale): scale
      }
    kernels.quantize(count: inner, x: x, scale: scale, zeroPoint: 128, range: 1...255, rule: .divide, q: q)
    return scale
  }

  private func multiply(
    _ q: UnsafePointer<UInt8>, _ scale: UnsafePointer<Float>, _ x: UnsafePointer<Float>, count: Int,
    into y: [UnsafeMutablePointer<Float>], compute: Compute
  ) {
    // Unchecked: shards write outputs of their own.
    nonisolated(unsafe) let (q, scale, x, y) = (q, scale, x, y)
    let groups = PackedMatrix.groups(inner)
    compute.pool.forEach(shards.count) { index in
      let shard = shards[index]
      let (matrix, first, width) = (shard.matrix, shard.columns.lowerBound, shard.columns.count)
      withScratch(Int32.self, count: count * width) { acc in
        compute.kernels.gemmU8S8(
          m: count, n: width, groups: groups, a: q, aRow: rows.pointer, aGroup: groupOffsets.pointer,
          weights: matrices[matrix].integers + first * groups * 4, start: nil, accumulators: acc, stride: width,
          path: .wide)
        compute.kernels.dequantize(
          m: count, n: width, accumulators: acc, stride: width, zeroPoint: zeroPoints.pointer, scale: scale, rowStep: 1,
          columnSum: sums[matrix].pointer + first, weightScale: scales[matrix].pointer + first, bias: nil, fused: false,
          relu: false, out: y[matrix] + first, outRow: outRows[matrix].pointer)
        outliers?.add(
          x, count: count, rows: floatRows.pointer, to: shard, y: y[matrix], outRows: outRows[matrix].pointer,
          kernels: compute.kernels)
      }
    }
  }
}
