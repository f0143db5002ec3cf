import Checkpoints
import Networks
import ONNXFormat
import Tensors
import Testing

/// A model that comes as an ONNX file, through the built doors and through make. The tests' own training is elsewhere
/// enough: its tensors are put into a graph as exporters write one.
@Suite("An ONNX file that is brought")
struct ImportONNXTests {
  /// The tests' network with a trained checkpoint's tensors.
  private func graph(_ tensors: [String: Tensor]) throws -> ONNXModel {
    func ints(_ name: String, _ values: Int...) -> ONNXAttribute { .init(name, .ints(values)) }
    func node(_ name: String, _ operation: String, _ weights: [String] = [], _ attributes: [ONNXAttribute] = [])
      -> ONNXNode
    {
      ONNXNode(
        operation, name: "/\(name)/\(operation)", inputs: weights.map { "\(name).\($0)" }, outputs: [name],
        attributes: attributes)
    }
    var graph = ONNXGraph(name: "main")
    graph.inputs = [ONNXValue("x", .f32, [.symbol("batch"), .count(1), .count(28), .count(28)])]
    graph.outputs = [ONNXValue("fc2", .f32, nil)]
    graph.nodes = [
      node("conv1", "Conv", ["weight"], [ints("strides", 2, 2), ints("pads", 1, 1, 1, 1)]),
      node("norm1", "BatchNormalization", ["weight", "bias", "running_mean", "running_var"]), node("relu1", "Relu"),
      node("pool", "MaxPool", [], [ints("kernel_shape", 2, 2), ints("strides", 2, 2)]), node("flatten", "Flatten"),
      node("fc1", "Gemm", ["weight", "bias"], [.init("transB", .int(1))]), node("relu2", "Relu"),
      node("fc2", "Gemm", ["weight", "bias"], [.init("transB", .int(1))]),
    ]
    var last = "x"
    for index in graph.nodes.indices {
      graph.nodes[index].inputs.insert(last, at: 0)
      last = graph.nodes[index].outputs[0]
    }
    graph.initializers = tensors.sorted { $0.key < $1.key }.map { name, tensor in
      ONNXTensor(name, shape: tensor.shape.dimensions, .f32(tensor.f32 ?? []))
    }
    return ONNXModel(irVersion: 8, operationSets: [.init(version: 17)], graph: graph)
  }

  private static let trained = "Artifacts/tiny/train/model.safetensors"
  private static let float = "Artifacts/tiny/import-model/model.safetensors"

  @Test("make all ONNX=... needs neither network.yaml nor train.yaml, and makes what the same tensors made")
  func all() throws {
    let (trained, tree) = (try Tree.made(), try Tree())
    let tensors = try trained.workshop.checkpoint(Self.trained).tensors
    let file = "it's $HOME.onnx"
    try tree.workshop.write(try graph(tensors).bytes(), to: file)
    for name in ["network", "train"] { try tree.workshop.remove("Pipelines/tiny/\(name).yaml") }
    let ran = try tree.succeed("all", "ONNX=\(file)")
    #expect(ran.sorted() == (["import-model", "fuse"] + Tree.outputs[2...].map(\.run)).sorted())
    #expect(try tree.succeed("all", "ONNX=\(file)") == [])
    let (brought, own) = (try tree.workshop.checkpoint(Self.float), try trained.workshop.checkpoint(Self.trained))
    #expect(brought.tensors == own.tensors)
    let (found, wanted) = (
      try Network(json: brought.metadataValue("network")), try Network(json: own.metadataValue("network"))
    )
    #expect(found.layers == wanted.layers && found.name == "it's $HOME")
    let report = try tree.workshop.text("Artifacts/tiny/report/report.md")
    #expect(report.contains("make all PIPELINE=tiny SCHEMES='one two' 'ONNX=it'\\''s $HOME.onnx'"))
  }

  @Test("tensors in a file beside it are part of the model: when they change it is brought anew")
  func data() throws {
    let tree = try Tree.made()
    var model = try graph(try tree.workshop.checkpoint(Self.trained).tensors)
    let index = try #require(model.graph.initializers.firstIndex { $0.name == "fc2.bias" })
    model.graph.initializers[index].elements = .external(.f32, .init(location: "my net.onnx.data", length: 40))
    try tree.workshop.write(try model.bytes(), to: "my net.onnx")
    try tree.workshop.write([UInt8](repeating: 0, count: 40), to: "my net.onnx.data")
    #expect(try tree.succeed("import-model", "ONNX=my net.onnx") == ["import-model"])
    #expect(try tree.succeed("import-model", "ONNX=my net.onnx") == [])
    try tree.workshop.write([0, 0, 0x80, 0x3F] + [UInt8](repeating: 0, count: 36), to: "my net.onnx.data")
    #expect(try tree.succeed("import-model", "ONNX=my net.onnx") == ["import-model"])
    #expect(try tree.workshop.checkpoint(Self.float).f32("fc2.bias") == [1] + [Float](repeating: 0, count: 9))
    try tree.workshop.write([UInt8](repeating: 0, count: 39), to: "my net.onnx.data")
    let ending = try tree.make("import-model", "ONNX=my net.onnx")
    #expect(
      ending.errorLines.contains {
        $0.hasPrefix("import-model: error: my net.onnx: tensor 'fc2.bias': expected its data")
      })
  }

  @Test("make describe prints the whole network file")
  func describe() throws {
    let tree = try Tree.made()
    try tree.workshop.write(try graph(try tree.workshop.checkpoint(Self.trained).tensors).bytes(), to: "Tiny.onnx")
    let ending = try tree.make("describe", "ONNX=Tiny.onnx")
    #expect(ending.code == 0, "\(ending.errors)")
    #expect(ending.output == Workshop.configuration["network.yaml"])
  }

  @Test("FLOAT and ONNX at once are one line")
  func both() throws {
    let ending = try Tree().make("all", "FLOAT=a.safetensors", "ONNX=b.onnx")
    #expect(ending.code == 2)
    #expect(ending.errors.contains("FLOAT='a.safetensors' ONNX='b.onnx': expected one of them"), "\(ending.errors)")
  }

  private static let door = Stage(
    name: "import-model", input: ["my.onnx", "data/manifest.json"], output: "import.safetensors")

  @Test("what is no layer here is one line, a failed run, and no file; and a network file is one too many")
  func refused() throws {
    let workshop = try Workshop.finished()
    var model = try graph(try workshop.checkpoint("train.safetensors").tensors)
    for index in [2, 6] { model.graph.nodes[index].operation = "Elu" }
    try workshop.write(try model.bytes(), to: "my.onnx")
    let ending = try workshop.run(Self.door)
    #expect(ending.code == 1)
    #expect(
      ending.errors
        == "import-model: error: my.onnx: 2 nodes of operations that no layer computes: 'Elu' of opset 17 (node "
        + "'/relu1/Relu'), 'Elu' of opset 17 (node '/relu2/Relu'); replace them in the model, or compute them before and "
        + "behind it\n")
    #expect(!workshop.exists("import.safetensors"))
    #expect(try workshop.added("stage, status") == ["import-model|failed"])
    let both = try workshop.run(Self.door, adding: ["--config", "network.yaml"])
    #expect(
      both.code == 1 && both.errors == "import-model: error: --config: expected no file; found 1 file; see --help\n")
  }

  @Test("a small file that asks for much is refused within one gigabyte")
  func memory() throws {
    let workshop = try Workshop.finished()
    var model = try graph(try workshop.checkpoint("train.safetensors").tensors)
    let side = 512
    model.graph.initializers.append(
      ONNXTensor("w", shape: [side, side], .f32([Float](repeating: 1, count: side * side))))
    var last = "flatten"
    for index in 0..<2000 {
      model.graph.nodes.append(ONNXNode("Transpose", name: "t", inputs: ["w"], outputs: ["t\(index)"]))
      model.graph.nodes.append(ONNXNode("MatMul", name: "m", inputs: [last, "t\(index)"], outputs: ["m\(index)"]))
      last = "m\(index)"
    }
    model.graph.nodes.removeAll { $0.outputs[0].hasPrefix("fc") || $0.outputs[0] == "relu2" }
    model.graph.initializers.append(
      ONNXTensor("in", shape: [196, side], .f32([Float](repeating: 1, count: 196 * side))))
    let first = try #require(model.graph.nodes.firstIndex { $0.operation == "MatMul" })
    model.graph.nodes[first].inputs[1] = "in"
    model.graph.outputs[0].name = last
    try workshop.write(try model.bytes(), to: "much.onnx")
    let command = "ulimit -v 1048576; exec \"$0\" much.onnx"
    let ending = try Program(path: "/bin/sh").run(
      ["-c", command, try Program(built: "describe").path], in: workshop.folder)
    #expect(ending.code == 1)
    #expect(
      ending.errors.hasPrefix("describe: error: much.onnx: node 'm' (MatMul): ")
        || ending.errors.hasPrefix("describe: error: much.onnx: node 't' (Transpose): "), "\(ending.errors)")
    #expect(ending.errors.hasSuffix("expected at most 67108864 numbers computed from constants, found more\n"))
  }
}
