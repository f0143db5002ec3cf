import ONNXFormat
import TestSupport
import Testing

@Suite struct ONNXModelTests {
  /// A file written by hand from the format's description: each field as its number times eight plus its wire type
  /// (0 varint, 2 a length and bytes, 5 four bytes), then its value.
  private static let relu: [UInt8] =
    [0x08, 8]  // ir_version 8
    + field(2, Array("by hand".utf8))  // producer_name
    + field(
      7,  // graph
      field(
        1,  // node
        field(1, [0x78]) + field(2, [0x79]) + field(3, [0x6E]) + field(4, Array("LeakyRelu".utf8))
          + field(5, field(1, Array("alpha".utf8)) + [0x15, 0, 0, 0, 0x3F] + [0xA0, 0x01, 1]))
        + field(2, [0x67])  // name
        + field(5, [0x08, 2] + [0x10, 1] + field(8, [0x77]) + field(9, [0, 0, 0x80, 0x3F, 0, 0, 0, 0xC0]))
        + field(
          11,  // input "x", a tensor of floats of shape N x 3
          field(1, [0x78])
            + field(2, field(1, [0x08, 1] + field(2, field(1, field(2, [0x4E])) + field(1, [0x08, 3])))))
        + field(12, field(1, [0x79])))
    + field(8, field(1, []) + [0x10, 13])  // opset_import
    + field(14, field(1, [0x6B]) + field(2, [0x76]))  // metadata_props

  private static func field(_ number: UInt8, _ bytes: [UInt8]) -> [UInt8] {
    [number << 3 | 2, UInt8(bytes.count)] + bytes
  }

  private static let model: ONNXModel = {
    var graph = ONNXGraph(name: "g")
    graph.nodes = [
      ONNXNode("LeakyRelu", name: "n", inputs: ["x"], outputs: ["y"], attributes: [.init("alpha", .float(0.5))])
    ]
    graph.initializers = [ONNXTensor("w", shape: [2], .f32([1, -2]))]
    graph.inputs = [ONNXValue("x", .f32, [.symbol("N"), .count(3)])]
    graph.outputs = [ONNXValue("y", nil, nil)]
    return ONNXModel(
      irVersion: 8, operationSets: [.init(version: 13)], producer: "by hand", metadata: [.init("k", "v")], graph: graph)
  }()

  @Test func aFileByHandIsRead() throws { #expect(try ONNXModel(bytes: Self.relu) == Self.model) }

  // All that the format holds for us, there and back, and the same bytes each time.
  @Test func whatIsWrittenIsRead() throws {
    var model = Self.model
    model.producerVersion = "1"
    model.operationSets.append(.init(domain: "com.microsoft", version: 1))
    let values: [ONNXAttribute.Value] = [
      .float(0), .int(0), .int(-3), .string(""), .floats([]), .floats([1, 2]), .ints([1, -1]), .strings(["a", "é"]),
      .tensor(ONNXTensor("t", scalar: 2)),
    ]
    model.graph.nodes.append(
      ONNXNode(
        "Odd", name: "", domain: "com.microsoft", inputs: ["x", "", "w"], outputs: ["y2", "y3"],
        attributes: values.enumerated().map { .init("a\($0.offset)", $0.element) }))
    model.graph.initializers += [
      ONNXTensor("u8", shape: [1, 3], .u8([0, 127, 255])), ONNXTensor("s8", shape: [2], .s8([-128, 127])),
      ONNXTensor("s32", shape: [2], .s32([.min, .max])), ONNXTensor("s64", shape: [2], .s64([.min, .max])),
      ONNXTensor("f64", shape: [1], .f64([.pi])), ONNXTensor("none", shape: [0, 3], .f32([])),
      ONNXTensor("far", shape: [2], .external(.f32, .init(location: "w.bin", offset: 8, length: 8))),
      ONNXTensor("rest", shape: [2], .external(.f32, .init(location: "w.bin"))),
    ]
    model.graph.values = [ONNXValue("v", .u8, [.unknown, .count(0)])]
    let bytes = try model.bytes()
    #expect(try ONNXModel(bytes: bytes) == model)
    #expect(try model.bytes() == bytes)
    #expect(try ONNXModel(bytes: bytes).bytes() == bytes)
  }

  @Test func anAttributeIsFoundByName() {
    #expect(Self.model.graph.nodes[0]["alpha"] == .float(0.5))
    #expect(Self.model.graph.nodes[0]["beta"] == nil)
  }

  // Cut anywhere, a file is refused or is a shorter one; it never traps.
  @Test func aCutFileIsNoFile() throws {
    for count in Self.relu.indices {
      do {
        _ = try ONNXModel(bytes: Array(Self.relu.prefix(count)))
      } catch {
        #expect(error == .notAMessage || error == .noGraph, "\(count) bytes")
      }
    }
  }

  // Any byte may be any other.
  @Test func aDamagedFileNeverTraps() {
    for index in Self.relu.indices {
      for bit in 0..<8 {
        var bytes = Self.relu
        bytes[index] ^= 1 << bit
        if let text = line({ _ = try ONNXModel(bytes: bytes) }) { #expect(text.isOneLine) }
      }
    }
  }
}
