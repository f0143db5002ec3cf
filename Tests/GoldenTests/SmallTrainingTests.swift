import Foundation
import Kernels
import Layers
import Networks
import Passes
import Quantization
import QuantizedLayers
import Tensors
import Testing

/// Two steps of quantization-aware training of `norm` against PyTorch's `prepare_qat`: `qat` in `Small`.
@Suite struct SmallTrainingTests {
  private struct Document: Decodable {
    struct Record: Decodable {
      let activations: [String: [String: SmallGolden.Document.Activation]]
      let loss: [String: Double]
    }
    let qat: Record
  }

  private func record() throws -> Document.Record {
    let data = try Data(contentsOf: SmallGolden.folder.appendingPathComponent("small.json"))
    return try JSONDecoder().decode(Document.self, from: data).qat
  }

  private static let scheme = QuantizationScheme(
    type: .qat, profile: .fbgemm,
    activations: TensorScheme(
      dtype: .u8, symmetry: .affine, granularity: .perTensor, range: IntegerRange(0, 255),
      observer: .movingAverageMinMax),
    weights: TensorScheme(
      dtype: .s8, symmetry: .symmetric, granularity: .perChannel, range: IntegerRange(-127, 127), observer: .minMax),
    training: FineTuning(
      epochs: 1, batchSize: 4, learningRate: 1, seed: 0, freezeObservers: 9))

  /// Parameters in the order of the engine's: their PyTorch names, and of a weight the shape of one output's.
  private static let parameters: [(name: String, inner: [Int])] = [
    ("conv1.weight", [1, 3, 3]), ("conv1.bn.weight", []), ("conv1.bn.bias", []), ("conv2.weight", [4, 3, 3]),
    ("conv2.bn.weight", []), ("conv2.bn.bias", []), ("fc.weight", [6, 2, 2]), ("fc.bias", []),
  ]

  /// A gradient in PyTorch's order: a weight's panel of 16 outputs has its terms in the order row, column, channel.
  private func gradient(_ parameter: Parameter, count: Int, inner: [Int]) -> [Float] {
    guard !inner.isEmpty else { return Array(parameter.gradient.buffer[..<count]) }
    let (channels, width) = (inner[0], inner[2])
    let terms = inner.reduce(1, *)
    return (0..<count).map { index in
      let (out, term) = (index / terms, index % terms)
      let (channel, pixel) = (term / (terms / channels), term % (terms / channels))
      let ours = (pixel / width * width + pixel % width) * channels + channel
      return parameter.gradient.pointer[ours * 16 + out]
    }
  }

  /// PyTorch adds floats in an order of its own, a few hundred of them for a gradient: 2^-16 of the largest, unless an
  /// activation falls to the other side of a tie, which would be off by a hundredth.
  private func expectClose(_ found: [Float], _ expected: [Float], _ name: String) {
    let largest = expected.reduce(0) { max($0, abs($1)) }
    #expect(found.count == expected.count && largest > 0, "\(name)")
    let apart = zip(found, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(apart <= largest * 0x1p-16, "\(name): \(apart) of \(largest)")
  }

  // Would catch statistics of the wrong population, a normalization that moves the weight's integers, a gradient that
  // forgets one of the three ways to gamma, and running statistics that a frozen step moves.
  @Test(arguments: InstructionSet.available) func stepsAreThoseOfPyTorch(_ set: InstructionSet) throws {
    let (golden, record) = (try SmallGolden.shared.get(), try record())
    let model = try FusedModel(fusing: golden.float("norm"))
    let names = ["quant", "conv1", "conv2", "fc"]
    let engine = try FakeQuantizedEngine(
      model, scheme: Self.scheme,
      activations: Dictionary(uniqueKeysWithValues: names.map { ($0, Self.scheme.activations(of: $0)) }), capacity: 4,
      forTraining: true, compute: Compute(kernels: Kernels(set), pool: ThreadPool(threads: 1)))
    #expect(engine.parameters.count == Self.parameters.count)
    let labels = try golden.file.u8("qat.labels")
    for step in ["training", "frozen"] {
      engine.areNormsFrozen = step == "frozen"
      let pixels = try golden.file.u8("qat.\(step).pixels").map { Float($0) / 255 }
      let loss = pixels.withUnsafeBufferPointer { pixels in
        labels.withUnsafeBufferPointer { engine.train(pixels, labels: $0, count: 4).loss }
      }
      let expected = try #require(record.loss[step])
      #expect(abs(loss / 4 - expected) <= expected * 0x1p-20, "\(step)")
      for (parameter, (name, inner)) in zip(engine.parameters, Self.parameters) {
        let expected = try golden.file.f32("qat.\(step).gradient.\(name)")
        expectClose(gradient(parameter, count: expected.count, inner: inner), expected, "\(step) \(name)")
      }
      for (name, activation) in try #require(record.activations[step]) {
        let found = try #require(try engine.activationRecords()[name]).parameters
        #expect(abs(found.scale - activation.scale) <= activation.scale * 0x1p-20, "\(step) \(name)")
        #expect(found.zeroPoint == activation.zero_point, "\(step) \(name)")
      }
      try expectStatistics(engine.model(), golden, step)
    }
  }

  /// What the running statistics have become shows in what is folded by them.
  private func expectStatistics(_ folded: FloatModel, _ golden: SmallGolden, _ step: String) throws {
    for (conv, norm) in [("conv1", "bn1"), ("conv2", "bn2")] {
      func float(_ name: String) throws -> [Float] { try golden.file.f32("norm.float.\(name)") }
      let (mean, variance) = (
        try golden.file.f32("qat.\(step).\(conv).bn.running_mean"),
        try golden.file.f32("qat.\(step).\(conv).bn.running_var")
      )
      let (gamma, beta, weight) = (
        try float("\(norm).weight"), try float("\(norm).bias"), try float("\(conv).weight")
      )
      let bias = conv == "conv1" ? [Float](repeating: 0, count: 4) : try float("\(conv).bias")
      let factors = zip(gamma, variance).map { $0 / ($1 + 1e-5).squareRoot() }
      let inner = weight.count / gamma.count
      expectClose(
        folded.values("\(conv).weight"), weight.indices.map { weight[$0] * factors[$0 / inner] }, "\(conv).weight")
      expectClose(
        folded.values("\(conv).bias"), gamma.indices.map { (bias[$0] - mean[$0]) * factors[$0] + beta[$0] },
        "\(conv).bias")
    }
  }
}
