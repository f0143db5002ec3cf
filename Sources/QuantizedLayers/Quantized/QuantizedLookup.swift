import Kernels
import Layers
import Networks
import Quantization

/// A layer without a weight of integers, as a table: what leaves for each byte that may enter.
///
/// The table is the layer itself on the real numbers of all 256 bytes, quantized: the same operations, in the same order,
/// as in floats between a dequantization and a quantization, and none of them at run time.
struct QuantizedLookup: QuantizedStep {
  private let input: Activation<UInt8>
  private let output: Activation<UInt8>
  private let table: AlignedBuffer<UInt8>
  private let isPerChannel: Bool
  private let first: Int
  private let kernels: Kernels

  /// - Parameters:
  ///   - table: 256 bytes, or as many for each channel of the input.
  ///   - first: the channel of the output that is the input's first.
  init(
    _ table: AlignedBuffer<UInt8>, input: Activation<UInt8>, output: Activation<UInt8>, first: Int = 0,
    kernels: Kernels
  ) {
    self.input = input
    self.output = output
    self.table = table
    isPerChannel = table.count > 256
    self.first = first
    self.kernels = kernels
  }

  func forward(_ images: Range<Int>) {
    let (width, channels) = (input.layout.image.width, input.layout.image.channels)
    let outputChannels = output.layout.image.channels
    // A row is one run of bytes where nothing tells its channels apart.
    let isRun = !isPerChannel && channels == outputChannels
    for image in images {
      input.forEachRow(of: image) { y, row, rowCount in
        kernels.lookUp(
          m: isRun ? 1 : width, n: isRun ? rowCount : channels, x: row, xRow: channels, table: table.pointer,
          isPerColumn: isPerChannel, y: output.row(y, of: image) + first, yRow: outputChannels)
      }
    }
  }
}

extension Layer {
  /// The bytes that leave the layer, one table, or one for each channel where it has parameters of each.
  /// - Parameters:
  ///   - entering: how the bytes that enter are to be read, as stored.
  ///   - leaving: likewise.
  ///   - parameter: the layer's float parameters by name.
  func table(
    from entering: QuantizationParameters, to leaving: QuantizationParameters, channels: Int, profile: NumericProfile,
    compute: Compute, parameter: (String) -> [Float]
  ) -> AlignedBuffer<UInt8> {
    let layout = ActivationLayout(image: ImageShape(channels: channels, height: 1, width: 256), border: 0)
    let (numbers, results) = (
      Activation<Float>(layout, capacity: 1, fill: 0), Activation<Float>(layout, capacity: 1, fill: 0)
    )
    let row = numbers.row(0, of: 0)
    for byte in 0..<256 {
      for channel in 0..<channels { row[byte * channels + channel] = entering.dequantize(Int32(byte)) }
    }
    let step = operation.floatStep(
      from: [FloatValue(values: numbers, gradient: nil)], to: FloatValue(values: results, gradient: nil),
      compute: compute, parameter: parameter)
    step.prepare()
    step.forward(0..<1, mode: .inference)
    return compute.kernels.table(of: results, leaving, profile: profile)
  }
}

extension Kernels {
  /// For each byte its number under other parameters: a table that requantizes.
  func table(
    from entering: QuantizationParameters, to leaving: QuantizationParameters, profile: NumericProfile
  ) -> AlignedBuffer<UInt8> {
    let layout = ActivationLayout(image: ImageShape(channels: 1, height: 1, width: 256), border: 0)
    let numbers = Activation<Float>(layout, capacity: 1, fill: 0)
    for byte in 0..<256 { numbers.row(0, of: 0)[byte] = entering.dequantize(Int32(byte)) }
    return table(of: numbers, leaving, profile: profile)
  }

  /// Quantizes an image of 256 pixels, whose channels become tables, one after the other.
  fileprivate func table(
    of numbers: Activation<Float>, _ leaving: QuantizationParameters, profile: NumericProfile
  ) -> AlignedBuffer<UInt8> {
    let integers = Activation<UInt8>(numbers.layout, capacity: 1, fill: 0)
    quantize(
      0, of: numbers, parameters: leaving, clamp: profile.clampRange(of: leaving, dtype: .u8),
      rule: profile.scalingRule, into: integers)
    return AlignedBuffer(integers.values(count: 1))
  }
}
