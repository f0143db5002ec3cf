internal import CKernels

extension Kernels {
  /// Which pixels each output of a depthwise convolution reads, and by which taps of its kernel.
  public struct TapTable: Sendable {
    private var outputs: [Int32] = []
    private var firsts: [Int32] = [0]
    private var pixels: [Int32] = []
    private var taps: [Int32] = []

    /// No outputs.
    public init() {}

    /// Adds an output pixel, with the pixels that it reads, each by a tap, in the order in which they are summed.
    public mutating func append(_ output: Int, _ read: [(offset: Int, tap: Int)]) {
      outputs.append(Int32(output))
      pixels += read.map { Int32($0.offset) }
      taps += read.map { Int32($0.tap) }
      firsts.append(Int32(pixels.count))
    }

    fileprivate func with(channels: Int, taps count: Int, _ body: (octavo_taps) -> Void) {
      outputs.withUnsafeBufferPointer { outputs in
        firsts.withUnsafeBufferPointer { firsts in
          pixels.withUnsafeBufferPointer { pixels in
            taps.withUnsafeBufferPointer { taps in
              guard let y = outputs.baseAddress, let first = firsts.baseAddress, let x = pixels.baseAddress,
                let tap = taps.baseAddress
              else { return }
              body(
                octavo_taps(m: outputs.count, n: channels, taps: count, y_pixel: y, first: first, x_pixel: x, tap: tap))
            }
          }
        }
      }
    }
  }

  /// y[i][c] = bias[c] + sum over the pixels that output i reads of x[pixel + c] w[tap][c]: one chain of fused
  /// multiply-adds in the table's order.
  /// - Parameters:
  ///   - weight: (taps, channels) in panels of 16 channels: w[tap][c] at `(c / 16 * taps + tap) * 16 + c % 16`.
  ///   - bias: one for each channel, nil for zeros.
  ///   - relu: replaces a negative result by +0; -0 and NaN stay.
  public func depthwise(
    _ table: TapTable, channels: Int, x: UnsafePointer<Float>, weight: UnsafePointer<Float>, taps: Int,
    bias: UnsafePointer<Float>?, relu: Bool, y: UnsafeMutablePointer<Float>
  ) {
    precondition(channels >= 0 && taps >= 0, "depthwise: a size is negative")
    table.with(channels: channels, taps: taps) { named in
      var arguments = octavo_depthwise_f32(taps: named, x: x, w: weight, bias: bias, relu: relu, y: y)
      self.table.pointee.depthwise_f32(&arguments)
    }
  }

  /// Adds x[pixel + c] dy[i][c] to the sum of (tap, c), for every pixel that output i reads by that tap: one chain of
  /// fused multiply-adds over the outputs in order.
  /// - Parameter sums: in the panels of `depthwise`'s weight.
  public func depthwiseWeight(
    _ table: TapTable, channels: Int, x: UnsafePointer<Float>, dy: UnsafePointer<Float>, taps: Int,
    sums: UnsafeMutablePointer<Float>
  ) {
    precondition(channels >= 0 && taps >= 0, "depthwiseWeight: a size is negative")
    table.with(channels: channels, taps: taps) { named in
      var arguments = octavo_depthwise_weight_f32(taps: named, x: x, dy: dy, dw: sums)
      self.table.pointee.depthwise_weight_f32(&arguments)
    }
  }

  /// acc[i][c] = start[c] + sum over taps of a[aRow[i] + aTap[tap] + c] w[tap][c], exact in s32, at
  /// `accumulators[i * channels + c]`.
  /// - Parameter weights: packed by `PackedWeights.packDepthwise`.
  /// - Precondition: every result fits in s32; sums on the way may wrap.
  public func depthwiseU8S8(
    m: Int, channels: Int, taps: Int, a: UnsafePointer<UInt8>, aRow: UnsafePointer<Int32>,
    aTap: UnsafePointer<Int32>, weights: UnsafePointer<Int16>, start: UnsafePointer<Int32>,
    accumulators: UnsafeMutablePointer<Int32>
  ) {
    precondition(m >= 0 && channels >= 0 && taps >= 0, "depthwiseU8S8: a size is negative")
    var arguments = octavo_depthwise_u8s8(
      m: m, n: channels, taps: taps, a: a, a_row: aRow, a_tap: aTap, b: weights, start: start, c: accumulators)
    table.pointee.depthwise_u8s8(&arguments)
  }
}

extension PackedWeights {
  /// Bytes of taps in pairs, panel by panel of 16 channels: `channels` rows of `taps` weights, filled up with zeros.
  public static func packDepthwise(_ rows: [[Int8]], taps: Int) -> [Int16] {
    let pairs = (taps + 1) / 2
    var packed = [Int16](repeating: 0, count: panels(rows.count) * pairs * 32)
    for (channel, row) in rows.enumerated() {
      for (tap, weight) in row.enumerated() {
        packed[(channel / 16 * pairs + tap / 2) * 32 + channel % 16 * 2 + tap % 2] = Int16(weight)
      }
    }
    return packed
  }
}
