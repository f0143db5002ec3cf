import Int8Linear
import Networks
import ONNXFormat
import Quantization
import QuantizedLayers
import Testing

/// Which files are taken, and what becomes of their numbers.
@Suite struct QuantizedONNXTests {
  @Test("integers, scales and biases are taken as they are, and ReLU is fused")
  func taken() throws {
    let model = try QDQFile().imported().model
    #expect(model.network.name == "net")
    #expect(model.network.layers.map(\.name) == ["conv", "flat", "fc"])
    #expect(model.network.layers[0].operation == .conv2d(Conv2d(out: 2, kernel: 1, relu: true)))
    let range = IntegerRange(0, 255)
    #expect(
      try model.scales == [
        Network.inputName: QuantizationParameters(scale: 0.25, zeroPoint: 3, range: range),
        "conv": QuantizationParameters(scale: 2, zeroPoint: 0, range: range),
        "fc": QuantizationParameters(scale: 4, zeroPoint: 9, range: range),
      ])
    let conv = try #require(model.layers["conv"]?.integer)
    #expect(conv.weight.integers == [1, -2] && conv.weight.scales == [0.5, 0.25])
    // A float32 has no place for this bias.
    #expect(conv.bias == .s32([7, -1_000_000_001]))
    #expect(conv.multipliers == [0.25 * 0.5 / 2, 0.25 * 0.25 / 2])
    let fc = try #require(model.layers["fc"]?.integer)
    #expect(fc.weight.integers == (0..<24).map { Int8($0 - 12) } && fc.weight.scales == [0.125])
    #expect(fc.bias == .s32([1, 2, 3]) && fc.multipliers == [0.0625, 0.0625, 0.0625])
  }

  @Test("weights of uint8 around 128 are shifted, and those of a MatMul turned")
  func weights() throws {
    let plain = try QDQFile().imported().model
    let shifted = QDQFile().changed { file in
      file.tensor("fc.weight_quantized", [3, 8], .u8((0..<24).map { UInt8($0 - 12 + 128) }))
      file.tensor("fc.weight.zero", [], .u8([128]))
    }
    #expect(try shifted.imported().model == plain)
    let turned = QDQFile().changed { file in
      let integers = (0..<8).flatMap { column in (0..<3).map { Int8($0 * 8 + column - 12) } }
      file.tensor("fc.weight_quantized", [8, 3], .s8(integers))
      file.change("fc") { $0.attributes = [] }
    }
    #expect(try turned.imported().model == plain)
  }

  @Test("without a ReLU the type's end is one, and a ReLU between two equal roundings is fused")
  func relu() throws {
    let dropped = QDQFile().changed { file in
      file.graph.nodes.removeAll { $0.name == "relu" }
      file.change("relu.q") { $0.inputs[0] = "conv" }
    }
    let (own, found) = (try QDQFile().imported().model, try dropped.imported().model)
    #expect(found.scales == own.scales && found.layers == own.layers)
    #expect(found.network.layers[0].operation == .conv2d(Conv2d(out: 2, kernel: 1)))
    let twice = QDQFile().changed { file in
      file.insert(before: "relu") { $0.round("conv", as: "relu") }
      file.change("relu") { $0.inputs = ["conv.relu.dq"] }
    }
    #expect(try twice.imported().model == own)
  }

  @Test("a pool whose integers have another scale than those that enter it gets a table behind it")
  func rescaled() throws {
    let file = QDQFile().changed { file in
      file.insert(before: "flat") { file in
        file.node("MaxPool", ["relu.dq"], "pool", [.init("kernel_shape", .ints([1, 1]))])
        file.number("pool", 3, 5)
        file.round("pool")
      }
      file.change("flat") { $0.inputs = ["pool.dq"] }
      file.tensor("fc.bias.scale", [], .f32([3 * 0.125]))
    }
    let found = try file.imported()
    #expect(found.remarks == ["'pool': its integers get the scale of what follows by a table, 'pool.rescaled'"])
    #expect(found.model.network.layers.map(\.name) == ["conv", "pool", "pool.rescaled", "flat", "fc"])
    #expect(
      try found.model.scales["pool.rescaled"]
        == QuantizationParameters(
          scale: 3, zeroPoint: 5, range: IntegerRange(0, 255)))
    #expect(found.model.scales["pool"] == nil)
  }

  @Test("a Clip between the integers and what is made real of them is the model's clamp, whichever ends it has")
  func clamped() throws {
    for (low, high) in [(0, 100), (5, 255), (5, 100)] as [(UInt8, UInt8)] {
      let file = QDQFile().changed { file in
        file.tensor("low", [], .u8([low]))
        file.tensor("high", [], .u8([high]))
        let ends = [low == 0 ? "" : "low"] + (high == 255 ? [] : ["high"])
        file.insert(before: "fc.dq") { $0.node("Clip", ["fc.q"] + ends, "fc.clipped") }
        file.change("fc.dq") { $0.inputs[0] = "fc.clipped" }
      }
      let (plain, found) = (try QDQFile().imported().model, try file.imported())
      var scales = plain.scales
      scales["fc"] = try QuantizationParameters(
        scale: 4, zeroPoint: 9, range: IntegerRange(Int32(low), Int32(high)))
      #expect(found.model.scales == scales && found.model.layers == plain.layers, "\(low)...\(high)")
      #expect(found.model.network == plain.network && found.remarks == [])
    }
  }

  /// What is refused, and the line that says so.
  private static let refused: [(line: String, change: @Sendable (inout QDQFile) -> Void)] = [
    (
      "node 'fc.weight.dq' (DequantizeLinear): expected zero point 0 for int8, found 3 for 'fc.weight_quantized'; "
        + "quantize weights with QuantType.QInt8 and WeightSymmetric=True",
      { $0.tensor("fc.weight.zero", [], .s8([3])) }
    ),
    (
      "node 'relu.q' (QuantizeLinear): expected one zero point of uint8 or int8, found uint16; quantize activations to "
        + "QuantType.QUInt8 or QInt8",
      { $0.tensor("relu.zero", [], .other(ONNXElement(rawValue: 4))) }
    ),
    (
      "node 'relu.other.q' (QuantizeLinear): expected uint8, scale 2.0, zero point 0, as node 'relu.q' has for the same "
        + "value, found uint8, scale 7.0, zero point 1; quantize again with one scale for each value",
      { file in
        file.number("other", 7, 1)
        file.insert(before: "flat") { $0.round("relu", as: "other") }
      }
    ),
    (
      "node 'relu.dq' (DequantizeLinear): expected uint8, scale 2.0, zero point 0, as node 'relu.q' has that made its "
        + "integers, found uint8, scale 4.0, zero point 9; quantize again with one scale for each value",
      { file in file.change("relu.dq") { $0.inputs = ["relu.q", "fc.scale", "fc.zero"] } }
    ),
    (
      "node 'act' (Sigmoid): expected a QuantizeLinear behind it, found none; quantize what it makes too",
      { file in
        file.insert(before: "flat") { $0.node("Sigmoid", ["relu.dq"], "act") }
        file.change("flat") { $0.inputs = ["act"] }
      }
    ),
    (
      "1 node of operations that no layer computes: 'Elu' of opset 13 (node 'relu'); replace them in the model, or "
        + "compute them before and behind it",
      { file in file.change("relu") { $0.operation = "Elu" } }
    ),
    (
      "node 'flat' (Flatten): expected the integers of 'relu', as other nodes read them, found its real numbers; quantize "
        + "this node too, or none that reads the value",
      { file in file.change("flat") { $0.inputs = ["relu"] } }
    ),
    (
      "node 'conv' (Conv): expected a bias in int32 behind a DequantizeLinear, found 'b', which is none; quantize biases "
        + "too",
      { file in
        file.tensor("b", [2], .f32([1, 2]))
        file.change("conv") { $0.inputs[2] = "b" }
      }
    ),
    (
      "node 'conv' (Conv): expected a weight in 8-bit integers behind a DequantizeLinear, found 'w', which is none; "
        + "quantize this node too",
      { file in
        file.tensor("w", [2, 1, 1, 1], .f32([1, 2]))
        file.change("conv") { $0.inputs[1] = "w" }
      }
    ),
    (
      "node 'fc' (Gemm): expected a bias of scale 0.25, that of its input times that of its weight, found 0.5 of output "
        + "0; quantize again",
      { $0.tensor("fc.bias.scale", [], .f32([0.5])) }
    ),
    (
      "node 'fc' (MatMul): expected a bias in int32 as its own input, found float numbers added behind it; fold them in "
        + "before you quantize",
      { file in
        file.tensor("fc.weight_quantized", [8, 3], .s8((0..<24).map { Int8($0) }))
        file.tensor("c", [3], .f32([1, 2, 3]))
        file.change("fc") { ($0.operation, $0.inputs, $0.attributes) = ("MatMul", ["flat", "fc.weight.dq"], []) }
        file.insert(before: "fc.q") { $0.node("Add", ["fc", "c"], "sum") }
        file.change("fc.q") { $0.inputs[0] = "sum" }
      }
    ),
    (
      "node 'conv' (QLinearConv): expected a float operation between DequantizeLinear and QuantizeLinear, found one on "
        + "integers; quantize with quant_format=QuantFormat.QDQ",
      { file in file.change("conv") { $0.operation = "QLinearConv" } }
    ),
    (
      "node 'fc' (Gemm): expected one scale for each output of its weight, axis 0, found axis 1; quantize per tensor, or "
        + "per channel of outputs",
      { file in
        file.tensor("fc.weight.scale", [8], .f32([Float](repeating: 1, count: 8)))
        file.tensor("fc.weight.zero", [8], .s8([Int8](repeating: 0, count: 8)))
        file.change("fc.weight.dq") { $0.attributes = [.init("axis", .int(1))] }
      }
    ),
    (
      "node 'relu.q' (QuantizeLinear): expected one float32 scale for all of a value, found float of shape [2]; quantize "
        + "activations per tensor",
      { $0.tensor("relu.scale", [2], .f32([1, 2])) }
    ),
    (
      "node 'clip' (Clip): expected integers that nothing else reads, found other readers of 'relu.q'; clamp for all of "
        + "them",
      { file in
        file.tensor("high", [], .u8([100]))
        file.insert(before: "relu.dq") { $0.node("Clip", ["relu.q", "", "high"], "clip") }
      }
    ),
    (
      "node 'clip' (Clip): expected one uint8 as each end, found another constant",
      { file in
        file.tensor("high", [], .f32([100]))
        file.insert(before: "relu.dq") { $0.node("Clip", ["relu.q", "", "high"], "clip") }
        file.change("relu.dq") { $0.inputs[0] = "clip" }
      }
    ),
    (
      "node 'clip' (Clip): expected ends that leave some integers, found 0 and 0",
      { file in
        file.tensor("high", [], .u8([0]))
        file.insert(before: "relu.dq") { $0.node("Clip", ["relu.q", "", "high"], "clip") }
        file.change("relu.dq") { $0.inputs[0] = "clip" }
      }
    ),
    (
      "node 'relu.q' (QuantizeLinear): expected a scale and a zero point, found others: expected a zero point within "
        + "1...100, found 0",
      { file in
        file.tensor("low", [], .u8([1]))
        file.tensor("high", [], .u8([100]))
        file.insert(before: "relu.dq") { $0.node("Clip", ["relu.q", "low", "high"], "clip") }
        file.change("relu.dq") { $0.inputs[0] = "clip" }
      }
    ),
    (
      "expected a QuantizeLinear of the images as the first layer reads them, found none; quantize the input too",
      { file in
        file.change("conv") { $0.inputs[0] = "x" }; file.graph.nodes.removeAll { $0.name.hasPrefix("x.") }
      }
    ),
    (
      "node 'x.q' (QuantizeLinear): expected the images as the first layer reads them, or what leaves a layer, found 'x', "
        + "neither; quantize behind what normalizes the images, and no part of a layer",
      { file in
        file.tensor("half", [], .f32([0.5]))
        file.insert(before: "conv") { $0.node("Mul", ["x.dq", "half"], "scaled") }
        file.change("conv") { $0.inputs[0] = "scaled" }
      }
    ),
  ]

  @Test("each thing that cannot be held is one line with its node and what to do", arguments: refused.indices)
  func refusals(_ index: Int) throws {
    let (line, change) = Self.refused[index]
    #expect { try QDQFile().changed(change).imported() } throws: { error in
      if "\(error)" != line { Issue.record("found: \(error)") }
      return "\(error)" == line
    }
  }
}
