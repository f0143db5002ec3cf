import Foundation
internal import SwiftProtobuf

extension ONNXTensor {
  /// A tensor of a file: its elements are raw bytes, or listed in a field of their kind, or in another file.
  init(_ message: Octavo_Onnx_TensorProto) throws(ONNXError) {
    let (name, type) = (message.name, ONNXElement(rawValue: Int(message.dataType)))
    let shape = message.dims.map { Int($0) }
    let count = try Self.count(shape, of: name)
    if message.dataLocation == 1 {
      self.init(name, shape: shape, .external(type, try ONNXExternalData(message)))
      return
    }
    guard !message.hasRawData else {
      try self.init(name, shape: shape, type, raw: [UInt8](message.rawData))
      return
    }
    let elements: Elements
    let found: Int
    switch type {
    case .f32: (elements, found) = (.f32(message.floatData), message.floatData.count)
    case .s32: (elements, found) = (.s32(message.int32Data), message.int32Data.count)
    case .s64: (elements, found) = (.s64(message.int64Data), message.int64Data.count)
    case .f64: (elements, found) = (.f64(message.doubleData), message.doubleData.count)
    case .u8: (elements, found) = (.u8(try message.bytes()), message.int32Data.count)
    case .s8: (elements, found) = (.s8(try message.bytes()), message.int32Data.count)
    default: (elements, found) = (.other(type), count)
    }
    guard found == count else { throw .wrongCount(tensor: name, shape: shape, found: found) }
    self.init(name, shape: shape, elements)
  }

  /// The tensor in a file, its elements as raw bytes.
  var message: Octavo_Onnx_TensorProto {
    .with {
      $0.dims = shape.map { Int64($0) }
      $0.dataType = Int32(type.rawValue)
      $0.name = name
      if let raw { $0.rawData = Data(raw) }
      guard case .external(_, let data) = elements else { return }
      $0.dataLocation = 1
      $0.externalData = data.entries.map { entry in .with { ($0.key, $0.value) = (entry.key, entry.value) } }
    }
  }
}

extension Octavo_Onnx_TensorProto {
  /// The elements of a type of one byte, each listed as a 32-bit integer.
  fileprivate func bytes<Byte: FixedWidthInteger>() throws(ONNXError) -> [Byte] {
    var bytes: [Byte] = []
    bytes.reserveCapacity(int32Data.count)
    for value in int32Data {
      guard let byte = Byte(exactly: value) else {
        let type = ONNXElement(rawValue: Int(dataType))
        throw .outOfRange(tensor: name, type: "\(type)", found: Int(value))
      }
      bytes.append(byte)
    }
    return bytes
  }
}

extension ONNXExternalData {
  fileprivate init(_ message: Octavo_Onnx_TensorProto) throws(ONNXError) {
    func value(_ key: String) -> String? { message.externalData.first { $0.key == key }?.value }
    func number(_ key: String) throws(ONNXError) -> Int? {
      guard let text = value(key) else { return nil }
      guard let number = Int(text), number >= 0 else {
        throw .badExternalData(tensor: message.name, key: key, found: text)
      }
      return number
    }
    guard let location = value("location"), !location.isEmpty else {
      throw .badExternalData(tensor: message.name, key: "location", found: "")
    }
    self.init(location: location, offset: try number("offset") ?? 0, length: try number("length"))
  }

  fileprivate var entries: [ONNXModel.Entry] {
    [.init("location", location), .init("offset", "\(offset)")] + (length.map { [.init("length", "\($0)")] } ?? [])
  }
}
