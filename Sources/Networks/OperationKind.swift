import Tensors

/// All that an operation says of itself. One file each: its keys in a network file are its coding keys, and what it does
/// not say is what the defaults below say.
package protocol OperationKind: Codable, Sendable {
  /// The name in a network file.
  static var type: String { get }
  /// The operation in the list of all.
  var operation: Operation { get }
  /// The operation and what is not its default, for a reader.
  var outline: String { get }

  /// How many values it may read.
  var inputCounts: ClosedRange<Int> { get }
  /// What leaves the operation, of one image.
  /// - Parameter inputs: what enters, as many as `inputCounts` allows.
  /// - Throws: `OperationError` where sizes do not fit or make no sense.
  func shape(of inputs: [ActivationShape]) throws(OperationError) -> ActivationShape
  /// Rows and columns of zeros that it reads around its input.
  var border: Int { get }
  /// Rows and columns around the input that offsets, those of gradients among them, may reach.
  var reach: Int { get }
  /// Whether its output is its input's memory under another shape.
  var isView: Bool { get }
  /// Where the scale of its integers comes from.
  var outputScale: OutputScale { get }
  /// Multiplications for one image, by the definition of what is computed: a term of a sum is one.
  func multiplications(input: ImageShape, output: ImageShape) -> Int

  /// Its parameters with PyTorch's names, within the layer, and shapes.
  func parameters(of input: ImageShape) -> [(name: String, shape: Shape)]
  /// What a new parameter is filled with, as in PyTorch.
  func start(of parameter: String) -> ParameterStart
  /// Tensors that PyTorch saves beside the parameters and that no number here depends on.
  var unusedTensors: [String] { get }
}

extension OperationKind {
  /// The name in a network file.
  package var type: String { Self.type }
  package var outline: String { type }
  package var inputCounts: ClosedRange<Int> { 1...1 }
  package var border: Int { 0 }
  package var reach: Int { 0 }
  package var isView: Bool { false }
  package func multiplications(input: ImageShape, output: ImageShape) -> Int { 0 }
  package func parameters(of input: ImageShape) -> [(name: String, shape: Shape)] { [] }
  package func start(of parameter: String) -> ParameterStart { .uniform }
  package var unusedTensors: [String] { [] }
}

/// An operation that can replace negative results by zero as it stores them.
package protocol Rectifiable: OperationKind {
  /// Whether max(x, 0) follows, fused into it.
  var relu: Bool { get set }
}

extension Rectifiable {
  /// The operation with or without a fused ReLU.
  package func settingReLU(_ relu: Bool) -> Operation {
    var rectified = self
    rectified.relu = relu
    return rectified.operation
  }
}

/// A product by a weight matrix: `weight` (out, ...) and perhaps `bias` (out).
package protocol Product: Rectifiable {
  /// Output channels or features.
  var out: Int { get }
  /// Whether a bias is added.
  var bias: Bool { get set }
  /// For each run of inputs that lie side by side in memory, where they stand in PyTorch's weight of one output.
  func memoryRows(input: ImageShape) -> [[Int]]
}

extension Product {
  package var outputScale: OutputScale { .own }

  /// The product alone, without bias and ReLU.
  package var bare: Operation {
    var product = self
    (product.bias, product.relu) = (false, false)
    return product.operation
  }
}

/// Where the scale of an operation's integers comes from.
package enum OutputScale: Sendable {
  /// It is chosen for the output.
  case own
  /// Integers leave with the scale and the zero point with which they came.
  case sameAsInput
  /// There are none: it reads and writes real numbers.
  case real
}

/// What a new parameter is filled with.
package enum ParameterStart: Sendable, Equatable {
  /// Uniform draws within ±1/sqrt(fan_in).
  case uniform
  /// One number throughout.
  case constant(Float)
}

/// Sizes that do not fit an operation, or make no sense.
package struct OperationError: Error, Equatable {
  /// Expected, found.
  package let reason: String

  init(_ reason: String) { self.reason = reason }
}

extension OperationKind {
  /// The image that enters.
  func image(_ input: ActivationShape) throws(OperationError) -> ImageShape {
    guard !input.isFlat else { throw OperationError("\(type) needs an image, found \(input)") }
    return input.image
  }

  /// Checks a size of the network file.
  func require(_ value: Int, _ key: String, atLeast least: Int) throws(OperationError) {
    guard value >= least else { throw OperationError("\(key) must be at least \(least), found \(value)") }
    guard value <= Layer.largestSize else {
      throw OperationError("\(key) must be at most \(Layer.largestSize), found \(value)")
    }
  }
}

extension OperationKind {
  /// The operation that a mapping of a network file holds.
  static func decode(from decoder: any Decoder) throws -> Operation { try Self(from: decoder).operation }
}

extension KeyedDecodingContainer {
  /// A value, or the default where the key is absent. A key without a value is refused: to PyTorch None may mean
  /// something else than the default, as for a momentum.
  func value<Value: Decodable>(_ key: Key, default fallback: Value) throws -> Value {
    contains(key) ? try decode(Value.self, forKey: key) : fallback
  }
}
