import Evaluation
import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct LayerDifferenceTests {
  private static let network = Network(1, 2, 3, [.flatten, .linear(Linear(out: 4)), .linear(Linear(out: 2))])
  private let model: QuantizedModel
  private let images = ImageSet(
    shape: [1, 2, 3], pixels: (0..<5 * 6).map { UInt8($0 * 37 % 256) }, labels: [0, 0, 0, 0, 0])
  init() throws { model = try QuantizedModel(random: Self.network, profile: .octavo) }

  private func edited(_ body: (inout [String: Tensor]) -> Void) throws -> QuantizedModel {
    var tensors = model.tensors
    body(&tensors)
    return try QuantizedModel(network: model.network, profile: model.profile, tensors: tensors)
  }

  private func measure(_ other: QuantizedModel, _ capacities: (Int, Int) = (2, 3)) throws -> [LayerDifference] {
    let compute = try Compute()
    return LayerDifference.measure(
      Self.network.valueNames, first: try QuantizedEngine(model, capacity: capacities.0, compute: compute),
      second: try QuantizedEngine(other, capacity: capacities.1, compute: compute), on: images)
  }

  @Test("a model against itself: nothing differs, and all integers were looked at")
  func same() throws {
    let found = try measure(model)
    #expect(found.map(\.differs) == [false, false, false, false])
    #expect(found.map(\.integers) == [30, 30, 20, 10].map { .compared(differing: 0, of: $0) })
  }

  // One bias of four moves by 2^20: of five images, five integers of the first linear layer change at most, and nothing
  // before it. The count is that of engines asked one by one.
  @Test("a bias that moved shows first in its own layer, in integers counted one by one")
  func bias() throws {
    let other = try edited { tensors in
      guard var bias = tensors["l1.bias"]?.s32 else { return }
      bias[2] += 1 << 20
      tensors["l1.bias"] = Tensor([4], bias)
    }
    let found = try measure(other)
    #expect(found.map(\.differs).prefix(3) == [false, false, true])
    var counted = 0
    for image in 0..<5 {
      let integers = try [model, other].map { model -> [UInt8] in
        let engine = try QuantizedEngine(model, capacity: 1, compute: Compute())
        _ = engine.logits(images.floats([image]), count: 1)
        return engine.integers(of: "l1", count: 1)
      }
      counted += zip(integers[0], integers[1]).count { $0 != $1 }
    }
    #expect((1...5).contains(counted))
    #expect(found[2].integers == .compared(differing: counted, of: 20))
  }

  @Test("integers of another scale, and real numbers, are not compared")
  func incomparable() throws {
    let float = try FloatModel(random: Self.network)
    let compute = try Compute()
    let mixed = LayerDifference.measure(
      ["quant", "l2"], first: try FloatEngine(float, capacity: 5, compute: compute),
      second: try QuantizedEngine(model, capacity: 5, compute: compute), on: images)
    #expect(mixed.map(\.integers) == [.realNumbers, .realNumbers])
    let other = try edited { $0["l2.zero_point"] = Tensor([], [($0["l2.zero_point"]?.s32?[0] ?? 0) ^ 1]) }
    #expect(try measure(other).last?.integers == .otherScales)
  }
}
