import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// Batch normalization in quantization-aware training; `SmallTrainingTests` holds a step of it against PyTorch.
@Suite struct FakeQuantizedNormTests {
  private let network = Network(
    1, 6, 6,
    [
      .conv2d(Conv2d(out: 5, kernel: 3, padding: 1, bias: false)), .batchNorm2d(BatchNorm2d()), .relu,
      .conv2d(Conv2d(out: 17, kernel: 2, stride: 2)), .batchNorm2d(BatchNorm2d(epsilon: 0.1, momentum: 0.5)),
      .flatten, .linear(Linear(out: 3)),
    ])
  private let labels: [UInt8] = [0, 2, 1, 2, 0]
  private var images: [Float] {
    var random = SeededGenerator(seed: 31)
    return random.floats(36 * 5, 0, 1)
  }

  private func engine(
    _ model: FloatModel, skipping: String? = nil, compute: Compute? = nil
  ) throws -> FakeQuantizedEngine {
    var scheme = QuantizationScheme.plain(.qat)
    if let skipping { scheme.layers = [skipping: LayerOverride(skip: true)] }
    let fused = try FusedModel(fusing: model)
    let names = try scheme.lowered(fused.model.network).scaledNames
    return try FakeQuantizedEngine(
      fused, scheme: scheme,
      activations: Dictionary(uniqueKeysWithValues: names.map { ($0, scheme.activations(of: $0)) }), capacity: 5,
      forTraining: true, compute: compute ?? Compute())
  }

  @discardableResult
  private func train(_ engine: FakeQuantizedEngine) -> Double {
    images.withUnsafeBufferPointer { images in
      labels.withUnsafeBufferPointer { engine.train(images, labels: $0, count: 5).loss }
    }
  }

  @Test func aParameterForEachNumberThatTrainingMoves() throws {
    // l0 and l3: weight in panels, gamma, beta; l6: weight, bias.
    let counts = try engine(FloatModel(random: network)).parameters.map(\.values.count)
    #expect(counts == [9 * 16, 5, 5, 20 * 32, 17, 17, 153 * 16, 3])
  }

  // Would catch statistics that move where they are frozen, or stand still where they are not.
  @Test func statisticsMoveUntilFrozen() throws {
    let model = try FloatModel(random: network)
    let engine = try engine(model)
    let start = try FusedModel(fusing: model).folded()
    #expect(try engine.model() == start)
    engine.areNormsFrozen = true
    train(engine)
    #expect(try engine.model() == start)
    engine.areNormsFrozen = false
    train(engine)
    let moved = try engine.model()
    for name in ["l0.weight", "l0.bias", "l3.weight", "l3.bias"] {
      #expect(zip(moved.values(name), start.values(name)).allSatisfy { $0 != $1 }, "\(name)")
    }
    #expect(moved.values("l6.weight") == start.values("l6.weight"))
  }

  // In PyTorch a gamma of 0 makes every number NaN: 0 / 0. It is what residual networks start from.
  @Test func aGammaOfZeroIsNoDivisionByZero() throws {
    var parameters = try FloatModel(random: network).parameters
    parameters["l1.weight"] = Tensor([5], [1, 0, 0.5, 0, -1] as [Float])
    parameters["l1.bias"] = Tensor([5], [Float](repeating: 0.4, count: 5))
    let engine = try engine(FloatModel(network: network, parameters: parameters))
    #expect(train(engine).isFinite)
    let gradients = engine.parameters.flatMap { Array($0.gradient.buffer) }
    #expect(gradients.allSatisfy { $0.isFinite })
    // Its weights' integers are 0, and still it learns what they would bring.
    #expect(engine.parameters[1].gradient.buffer.allSatisfy { $0 != 0 })
    _ = try engine.model()
  }

  // What is frozen is the arithmetic of a model that was folded beforehand, gamma and beta apart.
  @Test func frozenIsFolded() throws {
    let model = try FloatModel(random: network)
    let (fused, folded) = (try engine(model), try engine(FusedModel(fusing: model).folded()))
    fused.areNormsFrozen = true
    #expect(train(fused) == train(folded))
    let (left, right) = (fused.parameters, folded.parameters)
    #expect(bits(Array(left[6].gradient.buffer)) == bits(Array(right[4].gradient.buffer)))
    // beta moves what the folded bias moves.
    for (beta, bias) in [(2, 1), (5, 3)] {
      for (found, expected) in zip(left[beta].gradient.buffer, right[bias].gradient.buffer) {
        #expect(abs(found - expected) <= 0x1p-18)
      }
    }
  }

  @Test func aFloatLayerKeepsItsStatistics() throws {
    let model = try FloatModel(random: network)
    let engine = try engine(model, skipping: "l0")
    train(engine)
    let start = try FusedModel(fusing: model).folded()
    #expect(try engine.model().values("l0.bias") == start.values("l0.bias"))
    #expect(try engine.model().values("l3.bias") != start.values("l3.bias"))
  }

  @Test func bitsDependOnNeitherThreadsNorInstructionSet() throws {
    let model = try FloatModel(random: network)
    let results = try Compute.all().map { compute in
      let engine = try engine(model, compute: compute)
      let loss = train(engine)
      return [loss.bitPattern] + engine.parameters.flatMap { bits(Array($0.gradient.buffer)).map(UInt64.init) }
    }
    #expect(results.allSatisfy { $0 == results[0] })
    #expect(Set(results[0]).count > 100)
  }
}
