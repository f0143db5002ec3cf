import Foundation
internal import SwiftProtobuf

// SwiftProtobuf stays within this room: what others see are the values of ONNXModel.swift.

extension ONNXModel {
  /// The most bytes of a file: those of a Protocol Buffers message.
  public static let largestFile = Int(Int32.max)

  /// The most parts of a file: messages (nodes, tensors, values, attributes, sides of shapes), texts, lists of numbers,
  /// and in these each of 64 bits that is no raw data. A node with its names has about eight; what is made of the most
  /// attributes, the largest of parts, took 288 MiB.
  public static let mostParts = 1 << 20

  /// The model that a file's bytes hold. Nothing is believed: not sizes, shapes nor texts.
  /// - Throws: `ONNXError`.
  public init(bytes: [UInt8]) throws(ONNXError) {
    guard bytes.count <= Self.largestFile else { throw .tooLong(byteCount: bytes.count, limit: Self.largestFile) }
    try ONNXParts.check(bytes, limit: Self.mostParts)
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    guard let message = try? Octavo_Onnx_ModelProto(serializedBytes: bytes, options: options) else {
      throw .notAMessage
    }
    guard message.hasGraph else { throw .noGraph }
    self.init(
      irVersion: Int(message.irVersion),
      operationSets: message.opsetImport.map { OperationSet(domain: $0.domain, version: Int($0.version)) },
      producer: message.producerName, producerVersion: message.producerVersion,
      metadata: message.metadataProps.map { Entry($0.key, $0.value) }, graph: try ONNXGraph(message.graph))
  }

  /// The file's bytes: the same model, the same bytes. Fields stand in the order of their numbers, and nothing is a map.
  ///
  /// Elements are raw bytes, and so those of a type that Octavo does not read, which have none here, are not written.
  /// - Throws: `ONNXError.tooLong`.
  public func bytes() throws(ONNXError) -> [UInt8] {
    var message = Octavo_Onnx_ModelProto()
    message.irVersion = Int64(irVersion)
    message.opsetImport = operationSets.map { set in
      .with { ($0.domain, $0.version) = (set.domain, Int64(set.version)) }
    }
    message.producerName = producer
    message.producerVersion = producerVersion
    message.metadataProps = metadata.map { entry in .with { ($0.key, $0.value) = (entry.key, entry.value) } }
    message.graph = graph.message
    guard let bytes: [UInt8] = try? message.serializedBytes() else {
      throw .tooLong(byteCount: Self.largestFile + 1, limit: Self.largestFile)
    }
    return bytes
  }
}

extension ONNXGraph {
  fileprivate init(_ message: Octavo_Onnx_GraphProto) throws(ONNXError) {
    self.init(name: message.name)
    for node in message.node { nodes.append(try ONNXNode(node)) }
    for tensor in message.initializer { initializers.append(try ONNXTensor(tensor)) }
    inputs = message.input.map { ONNXValue($0) }
    outputs = message.output.map { ONNXValue($0) }
    values = message.valueInfo.map { ONNXValue($0) }
  }

  fileprivate var message: Octavo_Onnx_GraphProto {
    .with {
      $0.name = name
      $0.node = nodes.map(\.message)
      $0.initializer = initializers.map(\.message)
      $0.input = inputs.map(\.message)
      $0.output = outputs.map(\.message)
      $0.valueInfo = values.map(\.message)
    }
  }
}

extension ONNXNode {
  fileprivate init(_ message: Octavo_Onnx_NodeProto) throws(ONNXError) {
    self.init(
      message.opType, name: message.name, domain: message.domain, inputs: message.input, outputs: message.output)
    for attribute in message.attribute { attributes.append(try ONNXAttribute(attribute)) }
  }

  fileprivate var message: Octavo_Onnx_NodeProto {
    .with {
      $0.input = inputs
      $0.output = outputs
      $0.name = name
      $0.opType = operation
      $0.attribute = attributes.map(\.message)
      if !domain.isEmpty { $0.domain = domain }
    }
  }
}

extension ONNXAttribute {
  fileprivate init(_ message: Octavo_Onnx_AttributeProto) throws(ONNXError) {
    let name = message.name
    func text(_ bytes: Data) throws(ONNXError) -> String {
      guard let text = String(bytes: bytes, encoding: .utf8) else { throw .notText(attribute: name) }
      return text
    }
    let value: Value
    switch message.type {
    case 1: value = .float(message.f)
    case 2: value = .int(Int(message.i))
    case 3: value = .string(try text(message.s))
    case 4: value = .tensor(try ONNXTensor(message.t))
    case 6: value = .floats(message.floats)
    case 7: value = .ints(message.ints.map { Int($0) })
    case 8:
      var texts: [String] = []
      for bytes in message.strings { texts.append(try text(bytes)) }
      value = .strings(texts)
    default: value = .other(type: Int(message.type))
    }
    self.init(name, value)
  }

  fileprivate var message: Octavo_Onnx_AttributeProto {
    .with {
      $0.name = name
      switch value {
      case .float(let value): ($0.f, $0.type) = (value, 1)
      case .int(let value): ($0.i, $0.type) = (Int64(value), 2)
      case .string(let value): ($0.s, $0.type) = (Data(value.utf8), 3)
      case .tensor(let value): ($0.t, $0.type) = (value.message, 4)
      case .floats(let values): ($0.floats, $0.type) = (values, 6)
      case .ints(let values): ($0.ints, $0.type) = (values.map { Int64($0) }, 7)
      case .strings(let values): ($0.strings, $0.type) = (values.map { Data($0.utf8) }, 8)
      case .other(let type): $0.type = Int32(type)
      }
    }
  }
}

extension ONNXValue {
  fileprivate init(_ message: Octavo_Onnx_ValueInfoProto) {
    let tensor = message.type.tensorType
    self.init(
      message.name, message.type.hasTensorType ? ONNXElement(rawValue: Int(tensor.elemType)) : nil,
      !tensor.hasShape
        ? nil
        : tensor.shape.dim.map { side in
          switch side.value {
          case .dimValue(let count): .count(Int(count))
          case .dimParam(let name): .symbol(name)
          case nil: .unknown
          }
        })
  }

  fileprivate var message: Octavo_Onnx_ValueInfoProto {
    .with {
      $0.name = name
      guard let type else { return }
      $0.type.tensorType.elemType = Int32(type.rawValue)
      guard let shape else { return }
      $0.type.tensorType.shape.dim = shape.map { side in
        .with {
          switch side {
          case .count(let count): $0.dimValue = Int64(count)
          case .symbol(let name): $0.dimParam = name
          case .unknown: return
          }
        }
      }
    }
  }
}
