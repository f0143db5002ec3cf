import Files
import Networks
import ONNXFormat

/// What a caller gives a graph: images.
struct ONNXInput {
  /// Its name.
  let name: String
  /// One image.
  let image: ImageShape
  /// How many images at once, nil for any number.
  let batch: Int?

  /// The one input of a graph that is none of its tensors: f32, (N, channels, height, width).
  init(_ graph: ONNXGraph, tensors: ONNXTensorSource) throws(ONNXImportError) {
    let inputs = graph.inputs.filter { !tensors.has($0.name) }
    guard inputs.count == 1 else {
      throw .graph(expected: "a graph with one input, the images", found: "\(inputs.count)")
    }
    let (input, what) = (inputs[0], "input \(quoted(inputs[0].name)) of float32 and shape (N, channels, height, width)")
    guard input.type == .f32, let sides = input.shape, sides.count == 4 else {
      let shape = input.shape.map { "\($0.count) sides" } ?? "an unknown shape"
      throw .graph(expected: what, found: "\(input.type.map { "\($0)" } ?? "no tensor"), \(shape)")
    }
    var counts: [Int] = []
    for side in sides.dropFirst() {
      guard case .count(let count) = side, (1...ONNXNode.largestNumber).contains(count) else {
        throw .graph(
          expected: what + " with a fixed channels, height and width of 1 to \(ONNXNode.largestNumber)",
          found: "\(sides.dropFirst().map(\.text).joined(separator: ", "))")
      }
      counts.append(count)
    }
    name = input.name
    image = ImageShape(channels: counts[0], height: counts[1], width: counts[2])
    if case .count(let count) = sides[0], count > 0 { batch = count } else { batch = nil }
  }
}

extension ONNXValue.Dimension {
  fileprivate var text: String {
    switch self {
    case .count(let count): "\(count)"
    case .symbol(let name): quoted(name)
    case .unknown: "?"
    }
  }
}

extension ONNXNode {
  /// Whether it is one of the standard's operations.
  var isStandard: Bool { domain.isEmpty || domain == "ai.onnx" }
}

extension ONNXModel.OperationSet {
  /// Whether it is the standard's.
  var isStandard: Bool { domain.isEmpty || domain == "ai.onnx" }
}

extension ONNXModel {
  /// The oldest set of operations whose meaning is that of today's, as far as layers go.
  private static let oldest = 7

  /// The version of the standard's operations.
  func checkedVersion() throws(ONNXImportError) -> Int {
    guard let version = operationSets.first(where: \.isStandard)?.version, version >= Self.oldest else {
      throw .graph(
        expected: "operations of opset \(Self.oldest) or later",
        found: operationSets.first(where: \.isStandard).map { "opset \($0.version); export with opset_version=17" }
          ?? "no opset of the standard")
    }
    return version
  }
}
