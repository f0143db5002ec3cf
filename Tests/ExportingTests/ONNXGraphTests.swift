import Exporting
import Kernels
import Networks
import ONNXFormat
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// What stands in the files, read back.
@Suite struct ONNXGraphTests {
  private static let small = Network(
    2, 6, 5,
    layers: [
      Layer("conv", .conv2d(Conv2d(out: 3, kernel: 3, padding: 1, relu: true))), Layer("flat", .flatten),
      Layer("fc", .linear(Linear(out: 4))), Layer("end", .softmax),
    ])

  private func program(_ network: Network, _ quantizing: Quantizing = .all[0]) throws -> IntegerProgram {
    try IntegerProgram(quantizing.model(network, network.images(2)), compute: Compute())
  }

  private func model(_ export: ONNXExport) throws -> ONNXModel { try ONNXModel(bytes: export.bytes) }

  private func operations(_ export: ONNXExport) throws -> [String] {
    try model(export).graph.nodes.map { "\($0.operation) \($0.name)" }
  }

  @Test func integerSteps() throws {
    let export = try ONNXExport.integer(program(Self.small), origin: [])
    #expect(
      try operations(export) == [
        "QuantizeLinear quant.unclamped", "Clip quant", "QLinearConv conv.unclamped", "Clip conv", "Flatten flat",
        "Reshape fc.input", "QLinearConv fc.image", "Flatten fc.unclamped", "Clip fc",
        "DequantizeLinear fc.dequantized", "Softmax end",
      ])
  }

  @Test func fullRangeNeedsNoClip() throws {
    let export = try ONNXExport.integer(program(Self.small, .all[3]), origin: [])
    #expect(!(try operations(export)).contains { $0.hasPrefix("Clip quant") || $0.hasPrefix("Clip scores") })
  }

  @Test func quantizedAndDequantized() throws {
    let export = try ONNXExport.qdq(program(Self.small), origin: [])
    #expect(
      try operations(export) == [
        "QuantizeLinear quant.unclamped", "Clip quant", "DequantizeLinear quant.dequantized",
        "DequantizeLinear conv.weight_real", "DequantizeLinear conv.bias_real", "Conv conv.sum", "Relu conv.real",
        "QuantizeLinear conv.unclamped", "Clip conv", "DequantizeLinear conv.dequantized", "Flatten flat.real",
        "QuantizeLinear flat", "DequantizeLinear flat.dequantized", "DequantizeLinear fc.weight_real",
        "DequantizeLinear fc.bias_real", "Gemm fc.real", "QuantizeLinear fc.unclamped", "Clip fc",
        "DequantizeLinear fc.dequantized", "Softmax end",
      ])
    #expect(export.warnings == [])
  }

  // Where the model clamps to less than the type, and only at the ends where it does.
  @Test(arguments: zip([0, 4, 1, 3, 5, 6], [["127"], ["-64", "63"], [], [], [], []]))
  func quantizedIntegersAreClampedAsTheModelClamps(_ quantizing: Int, _ ends: [String]) throws {
    let program = try program(Self.small, .all[quantizing])
    let graph = try model(.qdq(program, origin: [])).graph
    let tensors = Dictionary(uniqueKeysWithValues: graph.initializers.map { ($0.name, $0.elements) })
    let clips = graph.nodes.filter { $0.operation == "Clip" }
    #expect(clips.map { $0.outputs[0] } == (ends.isEmpty ? [] : ["quant", "conv", "fc"]))
    for clip in clips {
      let found = clip.inputs.dropFirst().filter { !$0.isEmpty }.map { name in
        switch tensors[name] {
        case .u8(let values)?: values.map(String.init).joined()
        case .s8(let values)?: values.map(String.init).joined()
        default: "no integer"
        }
      }
      #expect(found == ends && clip.inputs.last != "")
    }
  }

  @Test func floats() throws {
    var network = Self.small
    network.normalization = PixelNormalization(mean: [0.5, 0.25], std: [2])
    let export = try ONNXExport.float(FloatModel(random: network), origin: [])
    #expect(
      try operations(export) == [
        "Sub input.centred", "Div input.normalized", "Conv conv.sum", "Relu conv", "Flatten flat", "Gemm fc",
        "Softmax end",
      ])
    let graph = try model(export).graph
    #expect(graph.inputs == [ONNXValue("input", .f32, [.symbol("N"), .count(2), .count(6), .count(5)])])
    #expect(graph.outputs.map(\.name) == ["scores", "probabilities"])
    #expect(graph.outputs[0].shape == [.symbol("N"), .count(4)])
    #expect(graph.initializers.first { $0.name == "input.mean" }?.shape == [2, 1, 1])
    #expect(export.warnings == [])
  }

  // A file says what it needs and where it is from, nothing else, and says the same the next time.
  @Test func theSameModelTheSameBytes() throws {
    let (program, origin) = (try program(Self.small), [("b", "2"), ("a", "1")].map { (key: $0.0, value: $0.1) })
    let float = try FloatModel(random: Self.small)
    let makers: [() throws -> ONNXExport] = [
      { try .integer(program, origin: origin) }, { try .qdq(program, origin: origin) },
      { try .float(float, origin: origin) },
    ]
    for make in makers {
      let export = try make()
      #expect(try make() == export)
      let model = try model(export)
      #expect(model.irVersion == 8 && model.operationSets == [.init(version: 13)])
      #expect(model.producer == "Octavo" && model.metadata == [.init("b", "2"), .init("a", "1")])
      #expect(Set(model.graph.nodes.map(\.domain)) == [""])
    }
  }

  // Every value is made once, before it is read; every tensor is read.
  @Test(arguments: 1...20) func graphsAreInOrder(_ seed: Int) throws {
    let network = try Network(randomGraph: UInt64(seed))
    let program = try program(network, .all[seed % Quantizing.all.count])
    for export in [
      try ONNXExport.integer(program, origin: []), try .qdq(program, origin: []),
      try .float(FloatModel(random: network), origin: []),
    ] {
      let graph = try model(export).graph
      let tensors = Set(graph.initializers.map(\.name))
      #expect(tensors.count == graph.initializers.count)
      var known = tensors.union(graph.inputs.map(\.name))
      var read: Set<String> = []
      for node in graph.nodes {
        // An input that is left out has no name.
        let inputs = node.inputs.filter { !$0.isEmpty }
        #expect(known.isSuperset(of: inputs))
        read.formUnion(inputs)
        for output in node.outputs { #expect(known.insert(output).inserted) }
      }
      #expect(read.isSuperset(of: tensors) && known.isSuperset(of: graph.outputs.map(\.name)))
    }
  }

  // QLinearConv makes of its scales the multipliers of the model, to the bit.
  @Test(arguments: 1...20) func scalesGiveTheMultipliers(_ seed: Int) throws {
    let network = try Network(randomGraph: UInt64(seed))
    for quantizing in Quantizing.all {
      let program = try program(network, quantizing)
      let graph = try model(.integer(program, origin: [])).graph
      let tensors = Dictionary(uniqueKeysWithValues: graph.initializers.map { ($0.name, $0) })
      func floats(_ name: String) -> [Float] {
        guard case .f32(let values)? = tensors[name]?.elements else { return [] }
        return values
      }
      let nodes = graph.nodes.filter { $0.operation == "QLinearConv" }
      let products: [IntegerProgram.ProductNumbers] = program.steps.compactMap { step in
        guard case .product(let numbers) = step.operation else { return nil }
        return numbers
      }
      #expect(nodes.count == products.count)
      for (node, numbers) in zip(nodes, products) {
        let (x, y, weights) = (floats(node.inputs[1])[0], floats(node.inputs[6])[0], floats(node.inputs[4]))
        let made = numbers.multipliers.indices.map { x * weights[weights.count == 1 ? 0 : $0] / y }
        #expect(made == numbers.multipliers)
        #expect(tensors[node.inputs[3]]?.elements == .s8(numbers.weight.integers))
        #expect(tensors[node.inputs[8]]?.elements == .s32(numbers.bias))
      }
    }
  }

  @Test func productsThatSaturateInSixteenBitsAreNamed() throws {
    let full = Quantizing(profile: .octavo, dtype: .u8, range: IntegerRange(0, 255), weights: IntegerRange(-127, 127))
    let export = try ONNXExport.integer(program(Self.small, full), origin: [])
    #expect(export.warnings.map { $0.prefix(10) } == ["conv, fc: "])
    #expect(export.warnings.allSatisfy { $0.isOneLine })
    for place in [0, 1, 3, 4, 7] {
      #expect(try ONNXExport.integer(program(Self.small, .all[place]), origin: []).warnings == [])
    }
  }

  // Each channel by itself is added in 32 bits; two of one input channel are not.
  @Test func depthwiseProductsDoNotSaturate() throws {
    func warnings(_ conv: Conv2d) throws -> [String] {
      let network = Network(4, 6, 6, layers: [Layer("conv", .conv2d(conv))])
      return try ONNXExport.integer(program(network, .all[2]), origin: []).warnings
    }
    #expect(try warnings(Conv2d(out: 4, kernel: 3, groups: 4)) == [])
    #expect(try warnings(Conv2d(out: 8, kernel: 3, groups: 4)).map { $0.prefix(6) } == ["conv: "])
    #expect(try warnings(Conv2d(out: 4, kernel: 3, groups: 2)).map { $0.prefix(6) } == ["conv: "])
  }

  // Ties of a normalization by 0.5: no division gives what profile qnnpack makes of every second pixel.
  @Test func pixelsThatNoDivisionGivesComeFromATable() throws {
    var network = Network(1, 16, 16, [.conv2d(Conv2d(out: 1, kernel: 1))])
    network.normalization = PixelNormalization(mean: [0.5], std: [0.5])
    let first = { (quantizing: Quantizing) in
      try operations(.integer(program(network, quantizing), origin: [])).prefix(7).map {
        $0.split(separator: " ")[0]
      }
    }
    #expect(try first(.all[5]) == ["Mul", "Round", "Clip", "Cast", "Gather", "QLinearConv", "DequantizeLinear"])
    #expect(try first(.all[1]) == ["Sub", "Div", "QuantizeLinear", "QLinearConv", "DequantizeLinear"])
  }

  @Test func aMeanOfTooManyPixelsIsRefused() throws {
    let network = Network(1, 300, 300, [.conv2d(Conv2d(out: 1, kernel: 1)), .averagePool2d(AveragePool2d())])
    let program = try program(network)
    #expect(
      line { _ = try ONNXExport.integer(program, origin: []) }
        == "layer 'l1': expected a mean of few enough pixels that float32 rounds it as it is, found 90000; pool in two "
        + "steps")
  }
}
