import Files
import Foundation
import Importing
import Networks
import ONNXFormat
import TestSupport
import Testing

/// Each thing that is refused, in one line.
@Suite struct ONNXImportErrorTests {
  private func complaint(_ file: ONNXFile) -> String? { line { _ = try file.imported() } }

  @Test func allUnknownOperationsAtOnce() {
    var file = ONNXFile()
    file.node("Erf", ["x"], "a", name: "/act/Erf")
    file.node("Relu", ["a"], "b")
    file.node("Fused", ["b"], name: "f", domain: "com.acme")
    file.model.operationSets.append(.init(domain: "com.acme", version: 3))
    #expect(
      complaint(file)
        == "2 nodes of operations that no layer computes: 'Erf' of opset 17 (node '/act/Erf'), 'Fused' of 'com.acme' "
        + "opset 3 (node 'f'); replace them in the model, or compute them before and behind it")
  }

  /// A change to the small network, and what is said of it.
  private static let changes: [(String, String, @Sendable (inout ONNXFile) -> Void)] = [
    ("no input", "expected a graph with one input, the images, found 0", { $0.model.graph.inputs = [] }),
    (
      "two outputs", "expected a graph with one output, the scores, found 2",
      { $0.model.graph.outputs.append(ONNXValue("z", nil, nil)) }
    ),
    (
      "a vector as input",
      "expected input 'x' of float32 and shape (N, channels, height, width), found float, 2 sides",
      { $0.model.graph.inputs[0].shape = [.count(1), .count(16)] }
    ),
    (
      "an open height",
      "expected input 'x' of float32 and shape (N, channels, height, width) with a fixed channels, height and width "
        + "of 1 to 1048576, found 1, 'h', 4",
      { $0.model.graph.inputs[0].shape?[2] = .symbol("h") }
    ),
    (
      "a huge image",
      "expected input 'x' of float32 and shape (N, channels, height, width) with a fixed channels, height and width "
        + "of 1 to 1048576, found 1, 9223372036854775807, 4",
      { $0.model.graph.inputs[0].shape?[2] = .count(.max) }
    ),
    (
      "an old opset", "expected operations of opset 7 or later, found opset 6; export with opset_version=17",
      { $0.model.operationSets = [.init(version: 6)] }
    ),
    (
      "no opset", "expected operations of opset 7 or later, found no opset of the standard",
      { $0.model.operationSets = [] }
    ),
    (
      "a dangling input", "node 'relu' (Relu): expected the value 'none' before it, found no value of that name",
      { $0.model.graph.nodes[1].inputs = ["none"] }
    ),
    (
      "a cycle", "node 'conv' (Conv): expected the value 'b' before it, found one that is made behind it, or of it",
      { $0.model.graph.nodes[0].inputs[0] = "b" }
    ),
    (
      "a name twice",
      "node 'relu' (Relu): expected an output with a name of its own, found 'a', which another value has",
      { $0.model.graph.nodes[1].outputs = ["a"] }
    ),
    (
      "a tensor twice", "tensor 'c': expected a name of its own, found a second tensor of that name",
      { $0.tensor("c", [1]) }
    ),
    (
      "a weight of another rank",
      "node 'conv' (Conv): expected a weight of 4 sides (out, in / groups, height, width), found [2, 1, 9]",
      { $0.model.graph.initializers[0].shape = [2, 1, 9] }
    ),
    (
      "a weight of other channels", "node 'conv' (Conv): expected a weight of shape [1, 1, 3, 3], found [1, 2, 3, 3]",
      {
        $0.model.graph.initializers[0].shape = [1, 2, 3, 3]
        $0.model.graph.initializers[1] = ONNXTensor("conv.bias", shape: [1], .f32([0]))
      }
    ),
    (
      "a weight of f64",
      "node 'conv' (Conv): expected float32 numbers as its weight, found double in 'conv.weight'; export model.float()",
      { $0.model.graph.initializers[0].elements = .f64([Double](repeating: 1, count: 18)) }
    ),
    (
      "a weight that is computed",
      "node 'gemm' (Gemm): expected a constant as its weight, found a value of shape (N, 8)",
      { $0.model.graph.nodes[4].inputs[1] = "f" }
    ),
    (
      "a huge pad",
      "node 'conv' (Conv): expected attribute 'pads' to be 4 numbers of 0 to 1048576, found "
        + "[9223372036854775807, 1, 1, 1]",
      { $0.model.graph.nodes[0].attributes[0].value = .ints([.max, 1, 1, 1]) }
    ),
    (
      "a wrong attribute", "node 'gemm' (Gemm): expected attribute 'transB' to be a number of 0 to 1, found 'yes'",
      { $0.model.graph.nodes[4].attributes[0].value = .string("yes") }
    ),
    (
      "a scale", "node 'gemm' (Gemm): expected alpha 1.0, found 2.0",
      { $0.model.graph.nodes[4].attributes.append(.init("alpha", .float(2))) }
    ),
    (
      "NaN", "parameter 'fc.bias': expected finite numbers, found nan at index 0",
      { $0.model.graph.initializers[3].elements = .f32([.nan, 0, 0]) }
    ),
    (
      "a linear layer of an image",
      "node 'gemm' (Gemm): expected sizes that fit, found linear needs a vector, found an "
        + "image 2x2x2; add flatten",
      { $0.model.graph.nodes[4].inputs[0] = "p" }
    ),
    (
      "a second output", "node 'gemm' (Gemm): expected the first output of an earlier node as its input 1, found 'i'",
      {
        $0.model.graph.nodes[2].outputs.append("i")
        $0.model.graph.nodes[4].inputs[0] = "i"
      }
    ),
    (
      "no layer", "expected an output that the last layer makes, found 'x': the images",
      { $0.model.graph.outputs[0].name = "x" }
    ),
    (
      "an output of no one", "expected an output that the last layer makes, found 'none': no value of that name",
      { $0.model.graph.outputs[0].name = "none" }
    ),
  ]

  @Test(arguments: changes.map(\.0))
  func refused(_ name: String) throws {
    let (_, expected, change) = try #require(Self.changes.first { $0.0 == name })
    #expect(complaint(ONNXFile.small.changed(change)) == expected)
  }

  @Test func anOperationInAFormThatNoLayerHas() {
    func one(_ operation: String, _ inputs: [String] = ["x"], _ attributes: [ONNXAttribute] = []) -> String? {
      var file = ONNXFile()
      file.tensor("c", [], [3])
      file.tensor("e", [4, 4])
      file.node("Relu", ["x"], "r", name: "r")
      file.node(operation, inputs.map { $0 == "x" ? "r" : $0 }, attributes)
      return complaint(file)
    }
    #expect(
      one("Clip", ["x", "c"])
        == "node 'clip' (Clip): expected bounds 0 and 6, or 0 and none, found 3.0 and 3.4028235e+38")
    #expect(one("Mul", ["x", "c"])?.hasPrefix("node 'mul' (Mul): expected a constant that shifts or scales") == true)
    #expect(
      one("Add", ["x", "c"])?.hasPrefix("node 'add' (Add): expected one number for each channel, added to") == true)
    #expect(one("MatMul", ["x", "e"])?.hasPrefix("node 'matmul' (MatMul): expected sizes that fit") == true)
    #expect(one("HardSigmoid")?.hasPrefix("node 'hardsigmoid' (HardSigmoid): expected alpha 1/6 and beta 0.5") == true)
    #expect(one("Softmax", ["x"])?.hasPrefix("node 'softmax' (Softmax): expected a vector (N, classes)") == true)
    #expect(
      one("Concat", ["x", "x"], [.init("axis", .int(2))])
        == "node 'concat' (Concat): expected axis 1, the channels, found 2")
    #expect(
      one("Concat", ["x", "x"], [.init("axis", .int(1))])
        == "layer 'concat', inputs: expected different values, found 'r' twice")
    #expect(
      one("ReduceMean", ["x"], [.init("axes", .ints([1]))])?.hasSuffix(
        "expected axes of rows and columns, [2, 3], found [1]") == true)
    #expect(one("MaxPool")?.hasSuffix("expected an attribute 'kernel_shape', found none") == true)
    #expect(
      one("MaxPool", ["x"], [.init("kernel_shape", .ints([2, 2])), .init("dilations", .ints([2, 2]))])?
        .hasSuffix("expected dilations [1, 1], found [2, 2]") == true)
    #expect(one("Transpose")?.contains("images and values keep their order") == true)
    #expect(one("Squeeze")?.hasSuffix("expected axes behind the first, found none") == true)
  }
}
