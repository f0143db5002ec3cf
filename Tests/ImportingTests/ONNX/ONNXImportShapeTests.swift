import Importing
import Networks
import ONNXFormat
import Testing

/// What exporters compute of shapes and constants around a reshape, the pixels' normalization, and names.
@Suite struct ONNXImportShapeTests {
  private func int(_ name: String, _ value: Int) -> ONNXAttribute { .init(name, .int(value)) }

  @Test(arguments: [[-1, 32], [0, 32], [0, -1], [-1, 2 * 16]])
  func aReshapeToAVectorIsAFlatten(_ shape: [Int]) throws {
    var file = ONNXFile(2)
    file.list("s", shape)
    file.node("Reshape", ["x", "s"])
    #expect(try file.layers() == [Layer("reshape", .flatten)])
  }

  @Test(arguments: [
    [1, 32], [-1, 16], [0, 2, 16], [32, -1], [-1, -1], [], [0], [-1, 0], [0, 32, 1, 1, 1, 1, 1, 1, 1],
  ])
  func anyOtherIsRefused(_ shape: [Int]) throws {
    var file = ONNXFile(2)
    file.list("s", shape)
    file.node("Reshape", ["x", "s"])
    #expect(throws: ONNXImportError.self) { try file.layers() }
  }

  @Test func theShapeThatATraceComputes() throws {
    var file = ONNXFile(2)
    for (name, value) in [("0", 0), ("1", 1), ("2", 2), ("3", 3)] {
      file.model.graph.initializers.append(ONNXTensor(name, shape: [], .s64([Int64(value)])))
    }
    file.list("axes", [0])
    for index in 0..<4 {
      file.node("Shape", ["x"], "s\(index)")
      file.node("Gather", ["s\(index)", "\(index)"], "g\(index)", [int("axis", 0)])
    }
    file.node("Mul", ["g1", "g2"], "m")
    file.node("Mul", ["m", "g3"], "features")
    file.node("Unsqueeze", ["g0", "axes"], "u0")
    file.node("Unsqueeze", ["features", "axes"], "u1")
    file.node("Concat", ["u0", "u1"], "shape", [int("axis", 0)])
    file.node("Reshape", ["x", "shape"])
    #expect(try file.layers() == [Layer("reshape", .flatten)])
  }

  @Test func theShapeOfASlice() throws {
    var file = ONNXFile(2)
    file.list("from", [0])
    file.list("to", [1])
    file.list("rest", [-1])
    file.node("Shape", ["x"], "s")
    file.node("Slice", ["s", "from", "to", "from"], "n")
    file.node("Concat", ["n", "rest"], "shape", [int("axis", 0)])
    file.node("Reshape", ["x", "shape"])
    #expect(try file.layers().map(\.operation) == [.flatten])
  }

  @Test func sidesOfOneAreTakenOffOneByOne() throws {
    var file = ONNXFile(3)
    file.list("last", [-1])
    file.tensor("w", [2, 3])
    file.node("GlobalAveragePool", ["x"], "p")
    file.node("Squeeze", ["p", "last"], "q")
    file.node("Squeeze", ["q", "last"], "r")
    file.node("Gemm", ["r", "w"], [int("transB", 1)])
    #expect(try file.layers().map(\.operation.type) == ["averagePool2d", "flatten", "linear"])
  }

  @Test func normalizationInEveryForm() throws {
    func normalization(_ operations: [(String, [Float], [Int])], channels: Int = 3) throws -> PixelNormalization? {
      var file = ONNXFile(channels)
      var last = "x"
      for (index, (operation, values, shape)) in operations.enumerated() {
        file.tensor("c\(index)", shape, values)
        file.node(operation, [last, "c\(index)"], "v\(index)")
        last = "v\(index)"
      }
      file.node("Relu", [last])
      return try file.imported().model.network.normalization
    }
    let (mean, std): ([Float], [Float]) = ([0.485, 0.456, 0.406], [0.229, 0.224, 0.225])
    #expect(
      try normalization([("Sub", mean, [3, 1, 1]), ("Div", std, [1, 3, 1, 1])]) == .init(mean: mean, std: std))
    #expect(try normalization([("Sub", [0.5], [])]) == .init(mean: [0.5], std: [1]))
    #expect(try normalization([("Mul", [2], [1]), ("Sub", [1], [])]) == .init(mean: [0.5], std: [0.5]))
    #expect(try normalization([("Mul", [2], [1]), ("Add", [-1], [])]) == .init(mean: [0.5], std: [0.5]))
    #expect(try normalization([("Div", [0.25], [1, 1, 1, 1])]) == .init(mean: [0], std: [0.25]))
    #expect(try normalization([("Sub", mean, [3, 1, 1]), ("Div", [0.5], [])]) == .init(mean: mean, std: [0.5]))
    #expect(try normalization([]) == nil)
    for bad in [[("Sub", mean, [3])], [("Div", [0] as [Float], [])], [("Mul", [-1] as [Float], [])]] {
      #expect(throws: ONNXImportError.self) { try normalization(bad) }
    }
  }

  @Test func imagesThatAreReadInTwoWaysAreRefused() throws {
    var file = ONNXFile()
    file.tensor("c", [])
    file.node("Sub", ["x", "c"], "a")
    file.node("Relu", ["a"], "b")
    file.node("Relu", ["x"], "d")
    file.node("Add", ["b", "d"])
    #expect(throws: ONNXImportError.self) { try file.layers() }
  }

  @Test func aTransposedWeight() throws {
    var file = ONNXFile(2, 1, 1)
    file.tensor("fc.weight", [3, 2])
    file.node("Transpose", ["fc.weight"], "t", [.init("perm", .ints([1, 0]))])
    file.node("Flatten", ["x"], "f")
    file.node("MatMul", ["f", "t"])
    #expect(try file.imported().model.values("fc.weight") == [1, 2, 3, 4, 5, 6])
  }

  @Test func namesAreThoseOfModules() throws {
    var file = ONNXFile(1, 8, 8)
    file.tensor("onnx::Conv_1", [1, 1, 1, 1])
    file.node("Conv", ["x", "onnx::Conv_1"], "a", name: "/layer1/layer1.0/conv1/Conv")
    file.node("Relu", ["a"], "b", name: "/layer1/layer1.0/Relu")
    file.node("Relu", ["b"], "c", name: "/layer1/layer1.0/Relu_1")
    file.node("Conv", ["c", "onnx::Conv_1"], "d", name: "/layer1/layer1.1/down/down.0/Conv")
    file.node("Relu", ["d"], "e", name: "node_relu_2")
    file.node("Relu", ["e"], "f", name: "a \"b\"/quant")
    file.node("Relu", ["f"], "g", name: "/node_relu_2")
    file.node("Relu", ["g"], "h", name: "")
    file.node("Relu", ["h"], name: "/x/weight.weight/Relu")
    #expect(
      try file.layers().map(\.name) == [
        "layer1.0.conv1", "layer1.0.relu", "layer1.0.relu_1", "layer1.1.down.0", "relu_2", "a__b_", "relu_2_1", "relu",
        "x.weight.weight_",
      ])
  }

  @Test func aWeightThatIsReadTwiceMakesTwoLayers() throws {
    var file = ONNXFile()
    file.tensor("c.weight", [1, 1, 1, 1])
    file.node("Conv", ["x", "c.weight"], "a")
    file.node("Conv", ["a", "c.weight"])
    #expect(try file.imported().model.parameters.keys.sorted() == ["c.weight", "c_1.weight"])
  }
}
