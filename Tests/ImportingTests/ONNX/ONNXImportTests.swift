import Importing
import Networks
import ONNXFormat
import Tensors
import Testing

/// What becomes of each operation: the layer, and where its numbers go.
@Suite struct ONNXImportTests {
  private func ints(_ name: String, _ values: Int...) -> ONNXAttribute { .init(name, .ints(values)) }
  private func int(_ name: String, _ value: Int) -> ONNXAttribute { .init(name, .int(value)) }

  /// The operations of a file of 1 x 4 x 4 images, or of other sizes.
  private func operations(_ file: ONNXFile) throws -> [Operation] { try file.layers().map(\.operation) }

  private func one(
    _ operation: String, _ attributes: [ONNXAttribute] = [], _ inputs: [String] = ["x"], channels: Int = 1,
    height: Int = 4, opset: Int = 17, _ change: (inout ONNXFile) -> Void = { _ in }
  ) throws -> [Operation] {
    var file = ONNXFile(channels, height, height, opset: opset)
    file.node(operation, inputs, attributes)
    change(&file)
    return try operations(file)
  }

  @Test func aWholeNetworkWithItsNumbers() throws {
    let imported = try ONNXFile.small.imported()
    #expect(
      imported.model.network
        == Network(
          name: "Net", input: ImageShape(channels: 1, height: 4, width: 4),
          layers: [
            Layer("conv", .conv2d(Conv2d(out: 2, kernel: 3, padding: 1))), Layer("relu", .relu),
            Layer("maxpool", .maxPool2d(MaxPool2d(kernel: 2))), Layer("reshape", .flatten),
            Layer("fc", .linear(Linear(out: 3))),
          ]))
    #expect(
      imported.model.parameters == [
        "conv.weight": Tensor([2, 1, 3, 3], (1...18).map { Float($0) }), "conv.bias": Tensor([2], [1, 2] as [Float]),
        "fc.weight": Tensor([3, 8], (1...24).map { Float($0) }), "fc.bias": Tensor([3], [1, 2, 3] as [Float]),
      ])
    #expect(imported.remarks.isEmpty && imported.files.isEmpty)
  }

  @Test func convolutionsKeepEveryAttribute() throws {
    var file = ONNXFile(4, 9, 11)
    file.tensor("w", [6, 2, 3, 2])
    file.node(
      "Conv", ["x", "w"],
      [
        ints("kernel_shape", 3, 2), ints("strides", 2, 1), ints("dilations", 1, 2), ints("pads", 0, 1, 2, 3),
        int("group", 2), .init("auto_pad", .string("NOTSET")),
      ])
    #expect(
      try operations(file) == [
        .conv2d(
          Conv2d(
            out: 6, kernel: Pair(3, 2), stride: Pair(2, 1), padding: Padding(top: 0, left: 1, bottom: 2, right: 3),
            dilation: Pair(1, 2), groups: 2, bias: false))
      ])
  }

  /// By ONNX's definition: as many windows as strides fit, and the odd row of padding behind for SAME_UPPER.
  @Test(arguments: [
    ("SAME_UPPER", 5, 2, 3, Padding(1)), ("SAME_UPPER", 6, 2, 3, Padding(top: 0, left: 0, bottom: 1, right: 1)),
    ("SAME_LOWER", 6, 2, 3, Padding(top: 1, left: 1, bottom: 0, right: 0)),
    ("SAME_UPPER", 4, 1, 2, Padding(top: 0, left: 0, bottom: 1, right: 1)), ("VALID", 6, 2, 3, Padding(0)),
  ])
  func automaticPadding(_ mode: String, _ size: Int, _ stride: Int, _ kernel: Int, _ padding: Padding) throws {
    let found = try one(
      "Conv", [.init("auto_pad", .string(mode)), ints("strides", stride, stride)], ["x", "w"], height: size
    ) { $0.tensor("w", [1, 1, kernel, kernel]) }
    #expect(
      found == [
        .conv2d(Conv2d(out: 1, kernel: Pair(kernel), stride: Pair(stride), padding: padding, bias: false))
      ])
  }

  @Test func activations() throws {
    #expect(try one("Relu") == [.relu])
    #expect(try one("Sigmoid") == [.sigmoid])
    #expect(try one("HardSwish") == [.hardSwish])
    #expect(try one("LeakyRelu") == [.leakyReLU(LeakyReLU())])
    #expect(try one("LeakyRelu", [.init("alpha", .float(0.25))]) == [.leakyReLU(LeakyReLU(slope: 0.25))])
    #expect(try one("Max", [], ["x", "zero"]) { $0.tensor("zero", [], [0]) } == [.relu])
  }

  @Test func clipIsAReLUWhereItsBoundsAreOnesOf() throws {
    #expect(
      try one("Clip", [], ["x", "low", "high"]) {
        $0.tensor("low", [], [0])
        $0.tensor("high", [], [6])
      } == [.relu6])
    #expect(try one("Clip", [], ["x", "low", ""]) { $0.tensor("low", [], [0]) } == [.relu])
    #expect(
      try one("Clip", [], ["x", "low", "high"]) {
        $0.tensor("low", [1], [0])
        $0.tensor("high", [1], [.infinity])
      } == [.relu])
    #expect(try one("Clip", [.init("min", .float(0)), .init("max", .float(6))], opset: 10) == [.relu6])
  }

  @Test func hardSwishInTwoNodes() throws {
    var file = ONNXFile()
    file.tensor("w", [1, 1, 1, 1])
    file.node("Conv", ["x", "w"], "c")
    file.node("HardSigmoid", ["c"], "g", [.init("alpha", .float(1 / 6))])
    file.node("Mul", ["g", "c"])
    #expect(try operations(file).map(\.type) == ["conv2d", "hardSwish"])
  }

  @Test func pools() throws {
    #expect(
      try one("MaxPool", [ints("kernel_shape", 2, 3), int("ceil_mode", 1), ints("pads", 1, 0, 0, 1)]) == [
        .maxPool2d(
          MaxPool2d(
            kernel: Pair(2, 3), stride: 1, padding: Padding(top: 1, left: 0, bottom: 0, right: 1), ceil: true))
      ])
    let average = [ints("kernel_shape", 3, 3), ints("pads", 1, 1, 1, 1), ints("strides", 2, 2)]
    #expect(
      try one("AveragePool", average) == [
        .averagePool2d(AveragePool2d(kernel: 3, stride: 2, padding: 1, countIncludePad: false))
      ])
    #expect(
      try one("AveragePool", average + [int("count_include_pad", 1)]) == [
        .averagePool2d(AveragePool2d(kernel: 3, stride: 2, padding: 1))
      ])
    #expect(try one("GlobalAveragePool") == [.averagePool2d(AveragePool2d())])
    #expect(try one("GlobalMaxPool") == [.maxPool2d(MaxPool2d(kernel: 4))])
    #expect(
      try one("ReduceMean", [ints("axes", 2, 3), int("keepdims", 0)], channels: 3)
        == [.averagePool2d(AveragePool2d()), .flatten])
    #expect(try one("ReduceMean", [], ["x", "axes"], opset: 18) { $0.list("axes", [-1, -2]) }.count == 1)
  }

  @Test func linearLayersInEveryForm() throws {
    func linear(_ operation: String, _ shape: [Int], _ attributes: [ONNXAttribute] = []) throws -> FloatModel {
      var file = ONNXFile(2, 1, 1)
      file.tensor("fc.weight", shape)
      file.node("Flatten", ["x"], "f")
      file.node(operation, ["f", "fc.weight"], attributes)
      return try file.imported().model
    }
    let (rows, columns): ([Float], [Float]) = ([1, 2, 3, 4, 5, 6], [1, 4, 2, 5, 3, 6])
    #expect(try linear("Gemm", [3, 2], [int("transB", 1)]).values("fc.weight") == rows)
    #expect(try linear("Gemm", [2, 3]).values("fc.weight") == columns)
    #expect(try linear("MatMul", [2, 3]).values("fc.weight") == columns)
    #expect(try linear("MatMul", [2, 3]).network.layers[1] == Layer("fc", .linear(Linear(out: 3, bias: false))))
  }

  @Test func aConstantBehindAProductIsItsBias() throws {
    var file = ONNXFile(2, 1, 1)
    file.tensor("w", [2, 3])
    file.tensor("b", [3])
    file.node("Flatten", ["x"], "f")
    file.node("MatMul", ["f", "w"], "m", name: "/fc/MatMul")
    file.node("Add", ["b", "m"], name: "/fc/Add")
    let model = try file.imported().model
    #expect(model.network.layers[1] == Layer("fc", .linear(Linear(out: 3))) && model.values("fc.bias") == [1, 2, 3])
    var conv = ONNXFile()
    conv.tensor("w", [2, 1, 1, 1])
    conv.tensor("b", [2, 1, 1])
    conv.node("Conv", ["x", "w"], "c")
    conv.node("Add", ["c", "b"])
    #expect(try conv.imported().model.values("conv.bias") == [1, 2])
  }

  @Test func batchNormalizationOfImagesAndOfVectors() throws {
    for isFlat in [false, true] {
      var file = ONNXFile(2, 1, 1)
      for part in ["weight", "bias", "running_mean", "running_var"] { file.tensor("bn.\(part)", [2]) }
      if isFlat { file.node("Flatten", ["x"], "f") }
      file.node(
        "BatchNormalization",
        [isFlat ? "f" : "x"] + ["weight", "bias", "running_mean", "running_var"].map { "bn.\($0)" },
        [.init("epsilon", .float(0.5))])
      let model = try file.imported().model
      #expect(
        model.network.layers.last
          == Layer("bn", isFlat ? .batchNorm1d(BatchNorm1d(epsilon: 0.5)) : .batchNorm2d(BatchNorm2d(epsilon: 0.5))))
      #expect(model.values("bn.running_var") == [1, 2])
    }
  }

  @Test func branchesSayWhatTheyRead() throws {
    var file = ONNXFile(2)
    file.node("Relu", ["x"], "a")
    file.node("Sigmoid", ["x"], "b")
    file.node("Add", ["a", "b"], "s")
    file.node("Concat", ["s", "a"], [int("axis", 1)])
    #expect(
      try file.layers() == [
        Layer("relu", .relu), Layer("sigmoid", .sigmoid, inputs: ["quant"]),
        Layer("add", .add(Add()), inputs: ["relu", "sigmoid"]), Layer("concat", .concat, inputs: ["add", "relu"]),
      ])
  }

  @Test func whatComputesNothingIsLeftOut() throws {
    var file = ONNXFile()
    file.node("Identity", ["x"], "a")
    file.node("Cast", ["a"], "b", [int("to", 1)])
    file.node("Relu", ["b"], "c")
    file.node("Identity", ["c"])
    file.node("Erf", ["c"], "unread")
    #expect(try file.layers() == [Layer("relu", .relu)])
    #expect(
      try one("Dropout", [.init("ratio", .float(0.25))], ["x"]) { file in
        file.model.graph.nodes[0].inputs = ["r"]
        file.model.graph.nodes.insert(ONNXNode("Relu", name: "r", inputs: ["x"], outputs: ["r"]), at: 0)
      } == [.relu, .dropout(Dropout(probability: 0.25))])
  }

  @Test func softmaxAtTheEnd() throws {
    for operation in ["Softmax", "LogSoftmax"] {
      var file = ONNXFile()
      file.node("Flatten", ["x"], "f")
      file.node(operation, ["f"], [int("axis", -1)])
      let imported = try file.imported()
      #expect(
        imported.model.network.layers.map(\.operation) == (operation == "Softmax" ? [.flatten, .softmax] : [.flatten]))
      #expect(imported.remarks.count == (operation == "Softmax" ? 0 : 1))
    }
  }
}
