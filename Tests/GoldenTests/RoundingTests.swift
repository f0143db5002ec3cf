import Int8Linear
import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import Tensors
import Testing

/// Where PyTorch's rounding shows: single integers of torch 2.13.0+cpu on a processor with AVX2, found by search among
/// millions, that other ways to round give otherwise.
@Suite struct RoundingTests {
  private func engine(_ model: QuantizedModel) throws -> QuantizedEngine {
    try QuantizedEngine(model, capacity: 1, compute: Compute(kernels: Kernels(.best), pool: ThreadPool(threads: 1)))
  }

  /// One output of a linear layer whose weight has one scale, under engine fbgemm.
  struct Output: Sendable {
    let input: [Int32]
    let weight: [Int8]
    let (inputScale, inputZeroPoint): (Float, Int32)
    let weightScale: Float
    let (outputScale, outputZeroPoint): (Float, Int32)
    let bias: Float
    /// By `torch.ops.quantized.linear`, and by a bias that is divided by the step.
    let (integer, divided): (UInt8, UInt8)
  }

  static let outputs = [
    Output(
      input: [121, 51, 68, 5, 96, 89, 32, 30, 104, 19, 38, 4, 38, 38, 23, 17],
      weight: [121, -126, -39, -109, 17, -114, 47, -96, -76, -98, 46, -55, -60, -127, 103, -44],
      inputScale: 0.039938509464263916, inputZeroPoint: 50, weightScale: 0.015419339761137962,
      outputScale: 0.14897818863391876, outputZeroPoint: 42, bias: 3.7674741744995117, integer: 117, divided: 116),
    Output(
      input: [25, 92, 92, 25, 127, 2, 115, 76, 33, 25, 39, 27, 50, 17, 80, 57],
      weight: [-71, 110, -123, 82, 23, -64, -75, 108, -82, -46, 68, -49, -111, -84, -120, 91],
      inputScale: 0.020230354741215706, inputZeroPoint: 36, weightScale: 0.004137219395488501,
      outputScale: 0.06495759636163712, outputZeroPoint: 101, bias: 3.3549413681030273, integer: 153, divided: 152),
    Output(
      input: [74, 90, 119, 55, 3, 9, 115, 124, 89, 79, 39, 29, 62, 64, 34, 94],
      weight: [-88, 43, 73, 16, 24, -93, -63, -52, 119, -109, -55, -90, -104, -23, -100, 103],
      inputScale: 0.04838371276855469, inputZeroPoint: 5, weightScale: 0.019631370902061462,
      outputScale: 0.13659001886844635, outputZeroPoint: 118, bias: 19.76439094543457, integer: 194, divided: 193),
    Output(
      input: [120, 38, 65, 125, 34, 105, 32, 56, 46, 34, 81, 34, 4, 38, 98, 119],
      weight: [23, 38, -49, 56, 90, 100, 44, 70, 121, 108, 116, -84, -14, 108, -63, 90],
      inputScale: 0.012245049700140953, inputZeroPoint: 51, weightScale: 0.0018866764148697257,
      outputScale: 0.13866019248962402, outputZeroPoint: 91, bias: -10.903563499450684, integer: 14, divided: 15),
  ]

  // FBGEMM multiplies the bias by the step's reciprocal and adds the sum in one rounding. Would catch a division, and a
  // product that is rounded before the sum.
  @Test(arguments: outputs) func aPerTensorBiasIsFBGEMMs(_ output: Output) throws {
    let network = Network(
      name: "linear", input: ImageShape(channels: 16, height: 1, width: 1),
      layers: [Layer("flatten", .flatten), Layer("fc", .linear(Linear(out: 1)))])
    let range = IntegerRange(.u8)
    let input = try QuantizationParameters(scale: output.inputScale, zeroPoint: output.inputZeroPoint, range: range)
    let real = try QuantizationParameters(scale: output.outputScale, zeroPoint: output.outputZeroPoint, range: range)
    let multiplier = try Requantization.multiplier(
      input: input.scale, weight: output.weightScale, output: real.scale, rule: .divide)
    let layer = IntegerLayer(
      weight: QuantizedWeight(
        integers: output.weight, shape: [1, 16], scales: [output.weightScale], range: IntegerRange(-128, 127)),
      bias: .f32([output.bias]), multipliers: [multiplier])
    let engine = try engine(
      QuantizedModel(
        network: network, profile: .fbgemm, scales: ["quant": input, "fc": real], layers: ["fc": .integer(layer)]))
    let values = output.input.map(input.dequantize)
    _ = values.withUnsafeBufferPointer { engine.logits($0, count: 1) }
    #expect(engine.integers(of: "quant", count: 1).map(Int32.init) == output.input)
    #expect(engine.integers(of: "fc", count: 1) == [output.integer])
    // The other form gives the other integer: this case tells them apart.
    let sum = zip(output.input, output.weight).reduce(Int32(0)) { $0 + ($1.0 - input.zeroPoint) * Int32($1.1) }
    let bias = Requantization.floatBias(output.bias, input: input.scale, weight: output.weightScale)
    let divided = Requantization.requantize(
      sum, bias: bias, multiplier: multiplier, zeroPoint: real.zeroPoint, clamp: range)
    #expect(divided == Int32(output.divided) && output.divided != output.integer)
  }

  // `torch.quantize_per_tensor(torch.arange(256) / 255, 0.007843138, 128, torch.quint8)`: every second pixel lies close to a
  // tie, and 2.13 adds the zero point before it rounds: one more at these than where the product alone is rounded.
  @Test(arguments: [NumericProfile.fbgemm, .qnnpack]) func pixelsBesideASymmetricZeroPoint(_ profile: NumericProfile)
    throws
  {
    let lower: Set<Int32> = [
      3, 7, 15, 27, 31, 51, 55, 59, 63, 99, 103, 107, 111, 115, 119, 123, 127, 195, 199, 203, 207, 211, 215, 219, 223,
      227, 231, 235, 239, 243, 247, 251,
    ]
    let parameters = try QuantizationParameters(scale: 0.007843138, zeroPoint: 128, range: IntegerRange(.u8))
    for pixel in Int32(0)...255 {
      let x = Float(pixel) / 255
      let rounded = 128 + Int32((x * (1 / parameters.scale)).rounded(.toNearestOrEven))
      let expected = min(rounded + (lower.contains(pixel) ? 1 : 0), 255)
      #expect(parameters.quantize(x, rule: profile.scalingRule) == expected, "pixel \(pixel)")
    }
  }
}
