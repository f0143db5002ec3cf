import Exporting
import Kernels
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct IntegerProgramTests {
  private static let network = Network(
    2, 6, 5, [.conv2d(Conv2d(out: 3, kernel: 3, relu: true)), .flatten, .linear(Linear(out: 4)), .softmax])
  private static let images = ImageSet(
    shape: [2, 6, 5], pixels: (0..<120).map { UInt8($0 * 61 % 251) }, labels: [0, 1])

  /// The network quantized by a scheme.
  private func model(_ scheme: QuantizationScheme, _ network: Network = network) throws -> QuantizedModel {
    let float = try FloatModel(random: network)
    guard scheme.type == .static else {
      return try Convert.convert(CalibratedModel(model: float, scheme: scheme)).model
    }
    return try Convert.convert(
      Calibrate.calibrate(float, scheme: scheme, images: Self.images, compute: Compute())
    ).model
  }

  private func reason(_ model: QuantizedModel) -> String? {
    line { _ = try IntegerProgram(model, compute: Compute()) }
  }

  @Test func floatBiasesAreRefused() throws {
    #expect(
      reason(try model(.plain(profile: .fbgemm)))
        == "profile fbgemm keeps biases as floats: this format holds integers alone; take a scheme of profile octavo "
        + "or qnnpack")
  }

  @Test func aLayerLeftInFloatIsRefusedByName() throws {
    var scheme = QuantizationScheme.plain()
    scheme.layers = ["l2": LayerOverride(skip: true)]
    #expect(
      reason(try model(scheme))
        == "'l2' computes in floats: this format holds integers alone; take a static or qat scheme that skips no layer")
  }

  @Test func aDynamicLayerIsRefusedByName() throws {
    #expect(
      reason(try model(.plain(.dynamic)))
        == "layer 'l0' quantizes what enters anew at each call, with scales that no file can hold; take a static or qat "
        + "scheme")
  }

  // Each pixel's byte is what the engine makes of it, normalized or not, channel by channel.
  @Test(
    arguments: [nil, PixelNormalization(mean: [0.5, 0.1307], std: [0.5, 0.3081])], [NumericProfile.octavo, .qnnpack])
  func pixelsBecomeTheEnginesBytes(_ normalization: PixelNormalization?, _ profile: NumericProfile) throws {
    var network = Network(2, 16, 16, [.conv2d(Conv2d(out: 2, kernel: 1))])
    network.normalization = normalization
    let pixels = (0..<2).flatMap { _ in (0..<256).map { UInt8($0) } }
    let images = ImageSet(shape: [2, 16, 16], pixels: pixels, labels: [0])
    let model = try Convert.convert(
      Calibrate.calibrate(
        FloatModel(random: network), scheme: .plain(profile: profile), images: images, compute: Compute())
    ).model
    let engine = try QuantizedEngine(model, capacity: 1, compute: Compute())
    _ = engine.logits(images.floats(0..<1), count: 1)
    let program = try IntegerProgram(model, compute: Compute())
    #expect(program.inputTables.flatMap { $0 } == engine.integers(of: Network.inputName, count: 1))
  }

  // Every value stands for what the model says, and each step reads what was made before it.
  @Test(arguments: 1...20) func valuesFollowTheNetwork(_ seed: Int) throws {
    let network = try Network(randomGraph: UInt64(seed))
    let shape = network.input
    let images = ImageSet(
      shape: [shape.channels, shape.height, shape.width],
      pixels: (0..<3 * shape.count).map { UInt8($0 * 37 % 256) }, labels: [0, 1, 2])
    let model = try Convert.convert(
      Calibrate.calibrate(
        FloatModel(random: network), scheme: .plain(batchSize: 3), images: images, compute: Compute())
    ).model
    let program = try IntegerProgram(model, compute: Compute())
    let shapes = try network.shapes()
    for (index, name) in network.valueNames.prefix(program.values.count).enumerated() {
      #expect(program.values[index].name == name && program.values[index].shape == shapes[index])
      #expect(program.values[index].parameters == model.flow[index])
    }
    for step in program.steps { #expect(step.inputs.allSatisfy { $0 < step.output }) }
    for (step, sources) in zip(program.steps, try network.sources()) { #expect(step.inputs == sources) }
  }
}
