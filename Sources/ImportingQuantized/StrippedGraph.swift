import Files
import Importing
import ONNXFormat
import Quantization

/// A QDQ graph taken apart: the float graph that is left without QuantizeLinear and DequantizeLinear, and what these
/// said.
///
/// A weight in integers stands in the float graph as if the integers were its numbers, so that whoever reads the graph
/// turns them as it turns weights; a bias stands there as zeros.
struct StrippedGraph {
  /// What a QuantizeLinear makes of real numbers.
  struct Note {
    /// The real numbers' name in the float graph.
    let value: String
    /// The QuantizeLinear.
    let node: ONNXNode
    /// Scale, zero point and range: the whole of a type, or what a Clip of its integers leaves.
    let parameters: QuantizationParameters
  }

  /// The float graph.
  private(set) var model: ONNXModel
  /// All notes, one for each value, in the order of the file.
  private(set) var notes: [Note] = []
  /// The constants in integers, by their names in the float graph.
  private(set) var constants: [String: IntegerConstant] = [:]
  private var tensors: ONNXTensorSource
  /// Constants that nodes hold.
  private var held: [String: ONNXTensor] = [:]
  /// Where each value's note stands.
  private var places: [String: Int] = [:]
  /// What each QuantizeLinear makes, and the Clip of it, by its place among the notes.
  private var integers: [String: Int] = [:]
  /// What the output of each DequantizeLinear is called in the float graph.
  private var names: [String: String] = [:]
  /// Names that no constant may take.
  private var taken: Set<String>
  /// Each Clip that alone reads what it clamps, by that value's name.
  private let clips: [String: ONNXNode]
  /// What nodes read without a DequantizeLinear between.
  private var direct: [(node: ONNXNode, value: String)] = []

  /// Takes a graph apart.
  /// - Parameter folder: that of the model's file.
  /// - Throws: `ONNXImportError` naming the node that no integer layer computes, `FileError`.
  init(_ model: ONNXModel, folder: String) throws {
    tensors = try ONNXTensorSource(model.graph, folder: folder)
    self.model = model
    self.model.graph.nodes = []
    clips = Self.clips(of: model.graph)
    taken = Set(model.graph.nodes.flatMap(\.outputs) + model.graph.inputs.map(\.name))
    for node in model.graph.nodes where node.operation == "Constant" {
      if case .tensor(let tensor)? = node["value"], let output = node.outputs.first { held[output] = tensor }
    }
    for node in model.graph.nodes {
      switch node.operation {
      case "QuantizeLinear": try quantize(node)
      case "DequantizeLinear": try dequantize(node)
      case "Clip" where integers[node.inputs.first ?? ""] != nil: try clamp(node)
      default: try keep(node)
      }
    }
    for (node, value) in direct where places[value] != nil {
      throw node.error(
        "the integers of \(quoted(value)), as other nodes read them",
        found: "its real numbers; quantize this node too, or none that reads the value")
    }
    keepTensors()
    keepOutput()
  }

  /// The files in which tensors were found beside the model's own.
  var files: [String] { tensors.files }

  private mutating func quantize(_ node: ONNXNode) throws {
    try Self.check(node)
    let value = name(node.inputs[0])
    guard constants[value] == nil, try constant(node.inputs[0]) == nil else {
      throw node.error(
        "weights in integers, which a DequantizeLinear reads",
        found: "float numbers in \(quoted(value)); quantize with AddQDQPairToWeight=False")
    }
    let clip = clips[node.outputs[0]]
    let note = Note(value: value, node: node, parameters: try parameters(node, clampedBy: clip))
    if let place = places[value] {
      guard notes[place].parameters == note.parameters else {
        throw node.error(
          "\(notes[place].parameters.text), as node \(quoted(notes[place].node.name)) has for the same value",
          found: "\(note.parameters.text); quantize again with one scale for each value")
      }
      integers[node.outputs[0]] = place
      return
    }
    places[value] = notes.count
    integers[node.outputs[0]] = notes.count
    notes.append(note)
  }

  /// Passes on integers whose note says already how they are clamped.
  private mutating func clamp(_ node: ONNXNode) throws {
    guard clips[node.inputs[0]] != nil else {
      throw node.error(
        "integers that nothing else reads", found: "other readers of \(quoted(node.inputs[0])); clamp for all of them")
    }
    integers[node.outputs[0]] = integers[node.inputs[0]]
  }

  private static func clips(of graph: ONNXGraph) -> [String: ONNXNode] {
    var readers = Dictionary(graph.outputs.map { ($0.name, 1) }, uniquingKeysWith: +)
    for name in graph.nodes.flatMap(\.inputs) { readers[name, default: 0] += 1 }
    let clips = graph.nodes.filter { node in
      node.operation == "Clip" && node.outputs.count == 1 && node.inputs.first.map { readers[$0] == 1 } == true
    }
    return Dictionary(clips.map { ($0.inputs[0], $0) }, uniquingKeysWith: { first, _ in first })
  }

  private mutating func dequantize(_ node: ONNXNode) throws {
    try Self.check(node)
    let input = node.inputs[0]
    if let place = integers[input] {
      let (note, own) = (notes[place], try parameters(node))
      guard own.holds(note.parameters) else {
        throw node.error(
          "\(note.parameters.text), as node \(quoted(note.node.name)) has that made its integers",
          found: "\(own.text); quantize again with one scale for each value")
      }
      names[node.outputs[0]] = note.value
      return
    }
    guard let tensor = try constant(input) else {
      throw node.error("what a QuantizeLinear made, or a constant", found: quoted(input))
    }
    let constant = try IntegerConstant(
      tensor, scale: try self.tensor(node, 1), zeroPoint: try optionalTensor(node, 2), of: node)
    let suffix = "_quantized"
    let wanted = input.hasSuffix(suffix) ? String(input.dropLast(suffix.count)) : input
    let isFree = constants[wanted].map { $0 == constant } ?? !taken.contains(wanted)
    let name = isFree ? wanted : node.outputs[0]
    constants[name] = constant
    names[node.outputs[0]] = name
  }

  /// Takes a node over that computes with real numbers.
  private mutating func keep(_ node: ONNXNode) throws {
    guard !Self.isOnIntegers(node.operation) else {
      throw node.error(
        "a float operation between DequantizeLinear and QuantizeLinear",
        found: "one on integers; quantize with quant_format=QuantFormat.QDQ")
    }
    var kept = node
    kept.inputs = node.inputs.map(name)
    // `export` calls what a layer makes so, before a ReLU and before it is rounded; its integers, as the layer.
    for word in [".real", ".sum"] where node.name.hasSuffix(word) && node.name.utf8.count > word.utf8.count {
      kept.name = String(node.name.dropLast(word.count))
    }
    let isProduct = Self.products.contains(node.operation)
    for (index, input) in kept.inputs.enumerated() where !input.isEmpty {
      if input == node.inputs[index], node.operation != "Shape" { direct.append((node, input)) }
      switch (isProduct, index, constants[input]) {
      case (true, 1, let weight?) where weight.isWeight: try weight.checkAxis(of: node)
      case (true, 2, let bias?) where !bias.isWeight: continue
      case (true, 1, _):
        throw node.error(
          "a weight in 8-bit integers behind a DequantizeLinear",
          found: "\(quoted(input)), which is none; quantize this node too")
      case (true, 2, _):
        throw node.error(
          "a bias in int32 behind a DequantizeLinear", found: "\(quoted(input)), which is none; quantize biases too")
      case (_, _, _?):
        throw node.error(
          "float32 numbers",
          found: "integers in \(quoted(input)); name the node in nodes_to_exclude, or fold it into the "
            + "product before it before you quantize")
      case (_, _, nil): continue
      }
    }
    model.graph.nodes.append(kept)
  }

  private static let products: Set = ["Conv", "Gemm", "MatMul"]

  private static func isOnIntegers(_ operation: String) -> Bool {
    operation.hasPrefix("QLinear")
      || ["QGemm", "ConvInteger", "MatMulInteger", "DynamicQuantizeLinear"].contains(operation)
  }

  private static func check(_ node: ONNXNode) throws {
    guard (2...3).contains(node.inputs.count), node.outputs.count == 1, !node.inputs[0].isEmpty else {
      throw node.error("a value, a scale and a zero point", found: "\(node.inputs.count) inputs")
    }
    guard try node.number("block_size", default: 0) == 0 else {
      throw node.error("one scale for a tensor or for each channel", found: "blocks; quantize without block_size")
    }
  }

  /// The tensors that are still read, and the constants in integers as real numbers.
  private mutating func keepTensors() {
    let read = Set(model.graph.nodes.flatMap(\.inputs))
    model.graph.initializers.removeAll { !read.contains($0.name) || constants[$0.name] != nil }
    model.graph.inputs.removeAll { constants[$0.name] != nil }
    for (name, constant) in constants.sorted(by: { $0.key < $1.key }) where read.contains(name) {
      model.graph.initializers.append(constant.standIn(name))
    }
  }

  /// Of scores and the softmax of them, the softmax; else what is there.
  private mutating func keepOutput() {
    for index in model.graph.outputs.indices { model.graph.outputs[index].name = name(model.graph.outputs[index].name) }
    let outputs = model.graph.outputs
    let isPair = model.graph.nodes.contains { node in
      outputs.count == 2 && node.operation == "Softmax" && node.inputs == [outputs[0].name]
        && node.outputs == [outputs[1].name]
    }
    if isPair { model.graph.outputs = [outputs[1]] }
  }
}

extension StrippedGraph {
  /// What a name of the file is called in the float graph.
  private func name(_ name: String) -> String { names[name] ?? name }

  private mutating func constant(_ name: String) throws -> ONNXTensor? { try held[name] ?? tensors.tensor(name) }

  private mutating func optionalTensor(_ node: ONNXNode, _ index: Int) throws -> ONNXTensor? {
    guard node.inputs.indices.contains(index), !node.inputs[index].isEmpty else { return nil }
    guard let tensor = try constant(node.inputs[index]) else {
      throw node.error("constants as its scale and zero point", found: quoted(node.inputs[index]))
    }
    return tensor
  }

  private mutating func tensor(_ node: ONNXNode, _ index: Int) throws -> ONNXTensor {
    guard let tensor = try optionalTensor(node, index) else { throw node.error("a scale", found: "none") }
    return tensor
  }

  /// The parameters of an activation.
  /// - Parameter clip: what clamps its integers.
  private mutating func parameters(
    _ node: ONNXNode, clampedBy clip: ONNXNode? = nil
  ) throws -> QuantizationParameters {
    let (scale, zero) = (try tensor(node, 1), try optionalTensor(node, 2))
    guard case .f32(let scales) = scale.elements, scales.count == 1 else {
      throw node.error(
        "one float32 scale for all of a value",
        found: "\(scale.type) of shape \(listed(scale.shape)); quantize activations per tensor")
    }
    let (zeroPoint, range): (Int32, IntegerRange)
    switch zero?.elements {
    case nil: (zeroPoint, range) = (0, IntegerRange(.u8))
    case .u8(let values)? where values.count == 1: (zeroPoint, range) = (Int32(values[0]), IntegerRange(.u8))
    case .s8(let values)? where values.count == 1: (zeroPoint, range) = (Int32(values[0]), IntegerRange(.s8))
    default:
      throw node.error(
        "one zero point of uint8 or int8",
        found: "\(zero?.type.description ?? "none"); quantize activations to QuantType.QUInt8 or QInt8")
    }
    let clamp = try clip.map { try self.range(range, leftBy: $0) } ?? range
    do throws(QuantizationError) {
      return try QuantizationParameters(scale: scales[0], zeroPoint: zeroPoint, range: clamp)
    } catch {
      throw node.error("a scale and a zero point", found: "others: \(error)")
    }
  }

  /// The integers of a type that a Clip leaves.
  private mutating func range(_ type: IntegerRange, leftBy clip: ONNXNode) throws -> IntegerRange {
    func end(_ index: Int, _ none: Int32) throws -> Int32 {
      switch try optionalTensor(clip, index)?.elements {
      case nil: none
      case .u8(let values)? where values.count == 1 && type.low == 0: Int32(values[0])
      case .s8(let values)? where values.count == 1 && type.low < 0: Int32(values[0])
      default:
        throw clip.error("one \(type.low < 0 ? "int8" : "uint8") as each end", found: "another constant")
      }
    }
    let (low, high) = (try end(1, type.low), try end(2, type.high))
    guard low < high else { throw clip.error("ends that leave some integers", found: "\(low) and \(high)") }
    return IntegerRange(low, high)
  }
}

extension QuantizationParameters {
  /// `uint8, scale 0.5, zero point 3`, and behind the type the integers in use where these are fewer: `uint8 of 0...127`.
  var text: String {
    let isSigned = range.low < 0
    let part = range == IntegerRange(isSigned ? .s8 : .u8) ? "" : " of \(range)"
    return "\(isSigned ? "int8" : "uint8")\(part), scale \(scale), zero point \(zeroPoint)"
  }

  /// Whether integers of the other, clamped as they are, may go on as integers of this.
  func holds(_ other: QuantizationParameters) -> Bool {
    scale == other.scale && zeroPoint == other.zeroPoint && range.contains(other.range)
  }
}
