import Files
import Importing
import Int8Linear
import Networks
import ONNXFormat
import Quantization
import QuantizedLayers
import Tensors

/// A network that was read without its QuantizeLinear nodes, as it gets their scales back, layer by layer.
struct QuantizedNetwork {
  /// What was made otherwise than the file says, a line for each thing.
  private(set) var remarks: [String] = []
  private let reading: ONNXReading
  private let stripped: StrippedGraph
  /// The network, ReLU fused.
  private let fused: Network
  private let sources: [[Int]]
  /// What is said of the value of each layer of `fused`: before its ReLU, where there is one between, and behind it.
  private var notes: [String: [StrippedGraph.Note]] = [:]
  private var layers: [Layer] = []
  /// The layers that changed the scale of others' values, by those others' names.
  private var rescaled: [String: String] = [:]
  /// The parameters with which each value leaves.
  private var leaving: [String: QuantizationParameters] = [:]
  private var scales: [String: QuantizationParameters] = [:]

  private static let profile = NumericProfile.octavo

  init(_ reading: ONNXReading, _ stripped: StrippedGraph) throws {
    (self.reading, self.stripped) = (reading, stripped)
    let network = reading.imported.model.network
    fused = try network.fusingReLU()
    sources = try fused.sources()
    try collect(network)
  }

  /// Finds the layer of each note.
  private mutating func collect(_ network: Network) throws {
    let (names, sources, kept) = (network.valueNames, try network.sources(), Set(fused.layerNames))
    var homes = [Network.inputName: Network.inputName]
    for (index, layer) in network.layers.enumerated() {
      homes[layer.name] = kept.contains(layer.name) ? layer.name : homes[names[sources[index][0]]]
    }
    var known: [String: StrippedGraph.Note] = [:]
    for note in stripped.notes {
      guard let layer = reading.makers[note.value], let home = homes[layer] else {
        throw note.node.error(
          "the images as the first layer reads them, or what leaves a layer",
          found: "\(quoted(note.value)), neither; quantize behind what normalizes the images, and no part of a layer")
      }
      if let other = known[layer] {
        guard note.parameters.holds(other.parameters) else { throw Self.disagree(note, other) }
        continue
      }
      known[layer] = note
      notes[home, default: []].append(note)
    }
  }

  private static func disagree(_ note: StrippedGraph.Note, _ other: StrippedGraph.Note) -> any Error {
    note.node.error(
      "\(other.parameters.text), as node \(quoted(other.node.name)) has for the same numbers",
      found: "\(note.parameters.text); quantize again with one scale for each value")
  }

  /// The whole model.
  mutating func model() throws -> QuantizedModel {
    guard let entering = notes[Network.inputName]?.first else {
      throw ONNXImportError.graph(
        expected: "a QuantizeLinear of the images as the first layer reads them", found: "none; quantize the input too")
    }
    (leaving[Network.inputName], scales[Network.inputName]) = (entering.parameters, entering.parameters)
    var products: [String: QuantizedLayer] = [:]
    for index in fused.layers.indices {
      let layer = fused.layers[index]
      let reads = sources[index].map { rescaled[fused.valueNames[$0]] ?? fused.valueNames[$0] }
      try append(layer, at: index, reading: reads)
      if layer.operation.product != nil {
        products[layer.name] = .integer(try numbers(of: layer.name, reading: reads[0]))
      }
      try rescale(layer)
    }
    var network = fused
    network.layers = layers
    let parameters = reading.imported.model.parameters
    let floats = parameters.filter { network.normalizationParameters.contains($0.key) }
    return try QuantizedModel(
      network: network, profile: Self.profile, scales: scales, layers: products, floatParameters: floats)
  }

  /// Adds a layer and finds the parameters of what leaves it.
  private mutating func append(_ layer: Layer, at index: Int, reading reads: [String]) throws {
    let kind = layer.operation.kind
    switch kind.outputScale {
    case .own:
      guard let parameters = notes[layer.name]?.first?.parameters ?? inherited(index) else { throw unquantized(layer) }
      (leaving[layer.name], scales[layer.name]) = (parameters, parameters)
    case .sameAsInput:
      if case .averagePool2d = layer.operation, notes[layer.name] == nil { throw unquantized(layer) }
      leaving[layer.name] = leaving[reads[0]]
    case .real: leaving[layer.name] = leaving[reads[0]]
    }
    add(Layer(layer.name, layer.operation, inputs: reads))
  }

  private mutating func add(_ layer: Layer) {
    var layer = layer
    // What reads the layer before it need not say so.
    if layer.inputs == [layers.last?.name ?? Network.inputName] { layer.inputs = nil }
    layers.append(layer)
  }

  private func unquantized(_ layer: Layer) -> any Error {
    let (expected, found) = ("a QuantizeLinear behind it", "none; quantize what it makes too")
    return reading.nodes[layer.name]?.error(expected, found: found)
      ?? ONNXImportError.graph(expected: expected + ", layer \(quoted(layer.name))", found: found)
  }

  /// The parameters of what alone reads a layer's value and keeps each number, or none at all: rounding before it or
  /// behind it is the same then.
  private func inherited(_ index: Int) -> QuantizationParameters? {
    let readers = fused.layers.indices.filter { sources[$0].contains(index + 1) }
    guard readers.count == 1, let reader = readers.first else { return nil }
    let layer = fused.layers[reader]
    if case .averagePool2d = layer.operation { return nil }
    guard layer.operation.kind.outputScale == .sameAsInput else { return nil }
    return notes[layer.name]?.first?.parameters ?? inherited(reader)
  }

  /// Where the file goes on with other parameters than those with which a value leaves its layer, adds a table from the
  /// ones to the others: a leaky ReLU that keeps a whole of what is negative.
  private mutating func rescale(_ layer: Layer) throws {
    guard layer.operation.kind.outputScale != .real else { return }
    for note in notes[layer.name] ?? [] {
      let last = rescaled[layer.name] ?? layer.name
      if let parameters = leaving[last], note.parameters.holds(parameters) { continue }
      let name = free("\(layer.name).rescaled")
      add(Layer(name, .leakyReLU(LeakyReLU(slope: 1)), inputs: [last]))
      (leaving[name], scales[name], rescaled[layer.name]) = (note.parameters, note.parameters, name)
      remarks.append("\(quoted(layer.name)): its integers get the scale of what follows by a table, '\(name)'")
    }
  }

  /// A name that no layer has.
  private func free(_ wanted: String) -> String {
    var name = wanted
    while fused.layerNames.contains(name) || layers.contains(where: { $0.name == name }) { name += "_" }
    return name
  }

  /// The numbers of a product.
  private func numbers(of layer: String, reading source: String) throws -> IntegerLayer {
    guard let node = reading.nodes[layer], let constant = stripped.constants[node.inputs[1]],
      let tensor = reading.imported.model.parameters["\(layer).weight"], let integers = tensor.f32,
      let input = leaving[source], let output = scales[layer]
    else { preconditionFailure("\(layer) was read with its weight, and its scales were found") }
    let weight = QuantizedWeight(
      integers: integers.map { Int8($0) }, shape: tensor.shape, scales: constant.scales, range: IntegerRange(.s8))
    let multipliers = try (0..<weight.out).map { channel in
      try Requantization.multiplier(
        input: input.scale, weight: weight.scale(channel), output: output.scale, rule: Self.profile.divisionRule)
    }
    let hasBias = reading.imported.model.parameters["\(layer).bias"] != nil
    let bias = try bias(of: node, hasBias: hasBias, weight, step: input.scale)
    return IntegerLayer(weight: weight, bias: .s32(bias), multipliers: multipliers)
  }

  /// The bias of each output, zeros where there is none.
  /// - Parameter hasBias: whether the layer adds one, be it this node's or what another adds to it.
  private func bias(
    of node: ONNXNode, hasBias: Bool, _ weight: QuantizedWeight, step: Float
  ) throws -> [Int32] {
    guard node.inputs.count > 2, let bias = stripped.constants[node.inputs[2]] else {
      guard !hasBias else {
        throw node.error(
          "a bias in int32 as its own input", found: "float numbers added behind it; fold them in before you quantize")
      }
      return [Int32](repeating: 0, count: weight.out)
    }
    for channel in 0..<weight.out {
      let (found, wanted) = (bias.scales[bias.scales.count == 1 ? 0 : channel], step * weight.scale(channel))
      // Who multiplies in another order, or in doubles, is off by a few units of 2^-24.
      guard abs(found - wanted) <= wanted * 0x1p-20 else {
        throw node.error(
          "a bias of scale \(wanted), that of its input times that of its weight",
          found: "\(found) of output \(channel); quantize again")
      }
    }
    return bias.integers.count == weight.out
      ? bias.integers : [Int32](repeating: bias.integers.first ?? 0, count: weight.out)
  }
}
