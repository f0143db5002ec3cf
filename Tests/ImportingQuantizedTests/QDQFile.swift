import Files
import ImportingQuantized
import Networks
import ONNXFormat

/// A QDQ file that a test writes node by node: images of 1 x 2 x 2, a convolution of 2 outputs with a ReLU, a flatten, a
/// linear layer of 3.
struct QDQFile {
  /// The file.
  var graph = ONNXGraph(name: "graph")

  init() {
    graph.inputs = [ONNXValue("x", .f32, [.symbol("N"), .count(1), .count(2), .count(2)])]
    graph.outputs = [ONNXValue("fc.dq", .f32, nil)]
    number("x", 0.25, 3)
    round("x")
    weight("conv", [2, 1, 1, 1], [1, -2], scales: [0.5, 0.25], bias: [7, -1_000_000_001], input: 0.25)
    node("Conv", ["x.dq", "conv.weight.dq", "conv.bias.dq"], "conv")
    node("Relu", ["conv"], "relu")
    number("relu", 2, 0)
    round("relu")
    node("Flatten", ["relu.dq"], "flat")
    weight("fc", [3, 8], (0..<24).map { Int8($0 - 12) }, scales: [0.125], bias: [1, 2, 3], input: 2)
    node("Gemm", ["flat", "fc.weight.dq", "fc.bias.dq"], "fc", [.init("transB", .int(1))])
    number("fc", 4, 9)
    round("fc")
  }

  /// Adds the scale and the zero point of a value.
  mutating func number(_ name: String, _ scale: Float, _ zeroPoint: UInt8) {
    tensor("\(name).scale", [], .f32([scale]))
    tensor("\(name).zero", [], .u8([zeroPoint]))
  }

  /// Adds a tensor, in the place of one of its name.
  mutating func tensor(_ name: String, _ shape: [Int], _ elements: ONNXTensor.Elements) {
    graph.initializers.removeAll { $0.name == name }
    graph.initializers.append(ONNXTensor(name, shape: shape, elements))
  }

  /// Adds a node called as its output is.
  mutating func node(_ operation: String, _ inputs: [String], _ output: String, _ attributes: [ONNXAttribute] = []) {
    graph.nodes.append(
      ONNXNode(operation, name: output, inputs: inputs, outputs: [output], attributes: attributes))
  }

  /// Quantizes and dequantizes a value.
  mutating func round(_ name: String, as other: String? = nil) {
    let (numbers, made) = (other ?? name, other.map { "\(name).\($0)" } ?? name)
    let parameters = ["\(numbers).scale", "\(numbers).zero"]
    node("QuantizeLinear", [name] + parameters, "\(made).q")
    node("DequantizeLinear", ["\(made).q"] + parameters, "\(made).dq")
  }

  private mutating func weight(
    _ layer: String, _ shape: [Int], _ integers: [Int8], scales: [Float], bias: [Int32], input: Float
  ) {
    let sides = scales.count == 1 ? [] : [scales.count]
    tensor("\(layer).weight_quantized", shape, .s8(integers))
    tensor("\(layer).weight.scale", sides, .f32(scales))
    tensor("\(layer).weight.zero", sides, .s8(scales.map { _ in 0 }))
    tensor("\(layer).bias_quantized", [bias.count], .s32(bias))
    tensor("\(layer).bias.scale", sides, .f32(scales.map { $0 * input }))
    for part in ["weight", "bias"] {
      let zero = part == "weight" ? ["\(layer).weight.zero"] : []
      node(
        "DequantizeLinear", ["\(layer).\(part)_quantized", "\(layer).\(part).scale"] + zero, "\(layer).\(part).dq",
        [.init("axis", .int(0))])
    }
  }

  /// Changes a node.
  mutating func change(_ name: String, _ change: (inout ONNXNode) -> Void) {
    for index in graph.nodes.indices where graph.nodes[index].name == name { change(&graph.nodes[index]) }
  }

  /// Puts the nodes that `body` adds before another.
  mutating func insert(before name: String, _ body: (inout QDQFile) -> Void) {
    let place = graph.nodes.firstIndex { $0.name == name } ?? graph.nodes.count
    let behind = graph.nodes[place...]
    graph.nodes.removeSubrange(place...)
    body(&self)
    graph.nodes += behind
  }

  /// What is made of the file's bytes.
  func imported() throws -> QuantizedONNX {
    let model = ONNXModel(irVersion: 8, operationSets: [.init(version: 13)], graph: graph)
    return try QuantizedONNX(file: .inMemory(try model.bytes()), at: "folder/net.onnx")
  }

  /// The file after some changes.
  func changed(_ change: (inout QDQFile) -> Void) -> QDQFile {
    var file = self
    change(&file)
    return file
  }
}
