/// A model as an ONNX file holds it: what Octavo reads and writes of one, in the order in which it stands there.
///
/// The file is a Protocol Buffers message; `onnx.proto` beside this file lists the fields. What it does not list is
/// passed over in reading and never written.
public struct ONNXModel: Sendable, Equatable {
  /// The version of the file format itself.
  public var irVersion: Int
  /// The version of each set of operations that nodes are taken from; the standard one's domain is empty.
  public var operationSets: [OperationSet]
  /// The program that wrote the file.
  public var producer: String
  /// Its version.
  public var producerVersion: String
  /// Whatever the producer says of the file.
  public var metadata: [Entry]
  /// What the model computes.
  public var graph: ONNXGraph

  /// A set of operations.
  public struct OperationSet: Sendable, Equatable {
    /// Whose; empty for the standard's.
    public var domain: String
    /// Which.
    public var version: Int

    /// A set of operations.
    public init(domain: String = "", version: Int) { (self.domain, self.version) = (domain, version) }
  }

  /// A word and what it says.
  public struct Entry: Sendable, Equatable {
    /// The word.
    public var key: String
    /// What it says.
    public var value: String

    /// A word and what it says.
    public init(_ key: String, _ value: String) { (self.key, self.value) = (key, value) }
  }

  /// A model of the given parts.
  public init(
    irVersion: Int, operationSets: [OperationSet], producer: String = "", producerVersion: String = "",
    metadata: [Entry] = [], graph: ONNXGraph
  ) {
    self.irVersion = irVersion
    self.operationSets = operationSets
    self.producer = producer
    self.producerVersion = producerVersion
    self.metadata = metadata
    self.graph = graph
  }
}

/// Nodes that read each other's values, and the tensors that they start from.
public struct ONNXGraph: Sendable, Equatable {
  /// What it is called.
  public var name: String
  /// In an order in which they can be computed.
  public var nodes: [ONNXNode] = []
  /// Tensors that the file holds: weights, scales.
  public var initializers: [ONNXTensor] = []
  /// What a caller gives. Old files list the initializers here too.
  public var inputs: [ONNXValue] = []
  /// What a caller gets.
  public var outputs: [ONNXValue] = []
  /// The types of values in between, where the file tells them.
  public var values: [ONNXValue] = []

  /// A graph without nodes.
  public init(name: String) { self.name = name }
}

/// One operation at work.
public struct ONNXNode: Sendable, Equatable {
  /// What it is called, for messages and drawings; may be empty.
  public var name: String
  /// The operation's name within its domain: `Conv`.
  public var operation: String
  /// Whose operation; empty for the standard's.
  public var domain: String
  /// The values that it reads; an empty name stands for an input that is left out.
  public var inputs: [String]
  /// The values that it makes.
  public var outputs: [String]
  /// Its constants.
  public var attributes: [ONNXAttribute]

  /// An operation at work.
  public init(
    _ operation: String, name: String, domain: String = "", inputs: [String], outputs: [String],
    attributes: [ONNXAttribute] = []
  ) {
    self.name = name
    self.operation = operation
    self.domain = domain
    self.inputs = inputs
    self.outputs = outputs
    self.attributes = attributes
  }

  /// The value of an attribute, nil where it is left out.
  public subscript(attribute: String) -> ONNXAttribute.Value? {
    attributes.first { $0.name == attribute }?.value
  }
}

/// A constant of a node.
public struct ONNXAttribute: Sendable, Equatable {
  /// A constant's type and value.
  public enum Value: Sendable, Equatable {
    /// A number.
    case float(Float)
    /// An integer.
    case int(Int)
    /// A text.
    case string(String)
    /// A tensor.
    case tensor(ONNXTensor)
    /// Numbers.
    case floats([Float])
    /// Integers.
    case ints([Int])
    /// Texts.
    case strings([String])
    /// Something that Octavo does not read, a graph for one, by the format's number of its type.
    case other(type: Int)
  }

  /// Its name.
  public var name: String
  /// Its value.
  public var value: Value

  /// A constant of a node.
  public init(_ name: String, _ value: Value) { (self.name, self.value) = (name, value) }
}

/// What flows: a name, a type and a shape.
public struct ONNXValue: Sendable, Equatable {
  /// One side of a shape.
  public enum Dimension: Sendable, Equatable {
    /// So many.
    case count(Int)
    /// As many as the caller gives, under a name of the file's.
    case symbol(String)
    /// The file does not say.
    case unknown
  }

  /// Its name.
  public var name: String
  /// The type of its elements; nil where the value is no tensor.
  public var type: ONNXElement?
  /// Its shape; nil where the file does not tell even how many sides it has.
  public var shape: [Dimension]?

  /// What flows.
  public init(_ name: String, _ type: ONNXElement?, _ shape: [Dimension]?) {
    (self.name, self.type, self.shape) = (name, type, shape)
  }
}

/// A type of elements, by the format's number.
public struct ONNXElement: RawRepresentable, Sendable, Equatable, Hashable, CustomStringConvertible {
  /// The format's number.
  public let rawValue: Int

  /// The type of that number.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// 32-bit floats.
  public static let f32 = ONNXElement(rawValue: 1)
  /// Bytes.
  public static let u8 = ONNXElement(rawValue: 2)
  /// Signed bytes.
  public static let s8 = ONNXElement(rawValue: 3)
  /// 32-bit integers.
  public static let s32 = ONNXElement(rawValue: 6)
  /// 64-bit integers.
  public static let s64 = ONNXElement(rawValue: 7)
  /// 64-bit floats.
  public static let f64 = ONNXElement(rawValue: 11)

  /// The format's names of its types, by number.
  private static let names = [
    "undefined", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "double",
    "uint32", "uint64", "complex64", "complex128", "bfloat16",
  ]

  /// The format's name of it.
  public var description: String {
    Self.names.indices.contains(rawValue) ? Self.names[rawValue] : "type \(rawValue)"
  }
}
