import Files
import Importing
import Networks
import ONNXFormat
import Tensors

/// An ONNX file that a test writes node by node.
struct ONNXFile {
  /// The file.
  var model: ONNXModel

  /// A file that takes (N, channels, height, width).
  init(_ channels: Int = 1, _ height: Int = 4, _ width: Int = 4, opset: Int = 17) {
    var graph = ONNXGraph(name: "graph")
    graph.inputs = [
      ONNXValue("x", .f32, [.symbol("N"), .count(channels), .count(height), .count(width)])
    ]
    graph.outputs = [ONNXValue("y", .f32, nil)]
    model = ONNXModel(irVersion: 8, operationSets: [.init(version: opset)], graph: graph)
  }

  /// Adds a node that reads the values of those names, and names its output.
  mutating func node(
    _ operation: String, _ inputs: [String] = ["x"], _ output: String, name: String? = nil, domain: String = "",
    _ attributes: [ONNXAttribute] = []
  ) {
    model.graph.nodes.append(
      ONNXNode(
        operation, name: name ?? operation.lowercased(), domain: domain, inputs: inputs, outputs: [output],
        attributes: attributes))
  }

  /// Adds the last node.
  mutating func node(
    _ operation: String, _ inputs: [String] = ["x"], name: String? = nil, domain: String = "",
    _ attributes: [ONNXAttribute] = []
  ) {
    node(operation, inputs, "y", name: name, domain: domain, attributes)
  }

  /// Adds a tensor of f32: 1, 2, 3 and so on unless told otherwise.
  mutating func tensor(_ name: String, _ shape: [Int], _ values: [Float]? = nil) {
    let counted = (0..<shape.reduce(1, *)).map { Float($0 + 1) }
    model.graph.initializers.append(ONNXTensor(name, shape: shape, .f32(values ?? counted)))
  }

  /// Adds a list of whole numbers.
  mutating func list(_ name: String, _ values: [Int]) {
    model.graph.initializers.append(ONNXTensor(name, shape: [values.count], .s64(values.map { Int64($0) })))
  }

  /// The file as it is after some changes.
  func changed(_ change: (inout ONNXFile) -> Void) -> ONNXFile {
    var file = self
    change(&file)
    return file
  }

  /// What is made of the file's bytes.
  func imported(at path: String = "folder/Net.onnx") throws -> ImportedModel {
    try ImportedModel(onnx: .inMemory(try model.bytes()), at: path)
  }

  /// The layers that it becomes.
  func layers() throws -> [Layer] { try imported().model.network.layers }

  /// A small network with most of what a file can hold: a convolution, an activation, a pool, a reshape, two weights.
  static var small: ONNXFile {
    var file = ONNXFile()
    file.tensor("conv.weight", [2, 1, 3, 3])
    file.tensor("conv.bias", [2])
    file.tensor("fc.weight", [3, 8])
    file.tensor("c", [3])
    file.list("shape", [-1, 8])
    file.node("Conv", ["x", "conv.weight", "conv.bias"], "a", [.init("pads", .ints([1, 1, 1, 1]))])
    file.node("Relu", ["a"], "b")
    file.node("MaxPool", ["b"], "p", [.init("kernel_shape", .ints([2, 2])), .init("strides", .ints([2, 2]))])
    file.node("Reshape", ["p", "shape"], "f")
    file.node("Gemm", ["f", "fc.weight", "c"], "y", [.init("transB", .int(1))])
    return file
  }
}
