import Kernels
import Layers
import Networks
import Passes
import Quantization
import QuantizedLayers
import Tensors
import Testing

/// Parity with PyTorch on two tiny graphs, with nothing but the repository.
struct GraphGoldenTests {
  static let networks = ["residual", "depthwise"]
  static let configurations = ["fbgemm", "qnnpack"]

  /// Weights and their scales are equal, to the bit: those of folded normalizations, of groups, of each channel.
  @Test(arguments: networks, configurations) func weights(_ network: String, _ name: String) throws {
    try SmallGolden.graphs.get().expectWeights(network, name)
  }

  /// With PyTorch's own scales every integer of every layer is PyTorch's, and so is every logit.
  @Test(arguments: networks, configurations)
  func integersUnderPyTorchScales(_ network: String, _ name: String) throws {
    let golden = try SmallGolden.graphs.get()
    let calibrated = try golden.calibratedByPyTorch(network, name)
    let model = try Convert.convert(calibrated).model
    let count = golden.test.count
    for set in InstructionSet.available {
      let compute = Compute(kernels: try Kernels(set), pool: ThreadPool(threads: 2))
      let engine = try QuantizedEngine(model, capacity: count, compute: compute)
      let logits = golden.test.floats(0..<count).withUnsafeBufferPointer { engine.logits($0, count: count) }
      for layer in model.network.valueNames where golden.file.tensors["\(network).\(name).\(layer).output"] != nil {
        let expected = try golden.file.u8("\(network).\(name).\(layer).output")
        let found = engine.integers(of: layer, count: count)
        #expect(zip(found, expected).count { $0 != $1 } == 0 && found.count == expected.count, "\(layer)")
      }
      #expect(logits == (try golden.file.f32("\(network).\(name).logits")))
    }
  }

  /// Every kind of layer is among those compared.
  @Test func everyLayerIsRecorded() throws {
    let golden = try SmallGolden.graphs.get()
    let types = try Set(
      Self.networks.flatMap { network in
        try golden.entry(network).network.layers.filter {
          golden.file.tensors["\(network).fbgemm.\($0.name).output"] != nil
        }.map(\.operation.type)
      })
    #expect(
      types == [
        "conv2d", "batchNorm2d", "relu", "add", "averagePool2d", "linear", "relu6", "hardSwish", "leakyRelu", "sigmoid",
        "concat", "maxPool2d",
      ])
  }

  /// The float engine's scores, sums of at most 96 products added in another order than PyTorch's.
  @Test(arguments: networks) func floatScores(_ network: String) throws {
    let golden = try SmallGolden.graphs.get()
    let count = golden.test.count
    let engine = try FloatEngine(golden.float(network), capacity: count, compute: Golden.compute())
    let logits = golden.test.floats(0..<count).withUnsafeBufferPointer { engine.logits($0, count: count) }
    let expected = try golden.file.f32("\(network).float.logits")
    let largest = expected.reduce(0) { max($0, abs($1)) }
    let apart = zip(logits, expected).reduce(0) { max($0, abs($1.0 - $1.1)) }
    #expect(apart <= largest * 0x1p-20)
  }
}
