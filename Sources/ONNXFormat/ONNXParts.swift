// A part of two bytes becomes some hundreds in memory, and SwiftProtobuf makes all of them before it gives back any; so
// they are counted in the bytes first. Whatever this does not follow it refuses: nothing that it passed over is decoded.

/// How many parts an ONNX file has, as its bytes say: messages (nodes, attributes, tensors, values, their sides), texts,
/// numbers of 64 bits that are listed, and lists. A message's first list counts as one part, its second as two, its third as
/// three: where a list comes in pieces, each has the numbers before it copied.
struct ONNXParts {
  private let bytes: UnsafeBufferPointer<UInt8>
  private let limit: Int
  private var place = 0
  private var count = 0

  /// Walks through a file's bytes, and no further than the part that is one too many.
  /// - Parameter limit: the most parts that are let through.
  /// - Throws: `ONNXError.tooManyParts`, or `notAMessage` for bytes whose fields cannot be followed.
  static func check(_ bytes: [UInt8], limit: Int) throws(ONNXError) {
    let result = bytes.withUnsafeBufferPointer { buffer -> ONNXError? in
      var parts = ONNXParts(bytes: buffer, limit: limit)
      var lists = 0
      do throws(ONNXError) { try parts.walk(.model, to: buffer.count, &lists) } catch { return error }
      return nil
    }
    if let result { throw result }
  }

  private init(bytes: UnsafeBufferPointer<UInt8>, limit: Int) { (self.bytes, self.limit) = (bytes, limit) }

  /// Goes through a message's fields, and through those of the messages in them: as many levels as `onnx.proto` has.
  /// - Parameter lists: how many lists the message has.
  private mutating func walk(_ message: Message, to end: Int, _ lists: inout Int) throws(ONNXError) {
    while place < end {
      let key = try varint(end)
      guard key >> 3 != 0, key <= UInt32.max else { throw .notAMessage }
      let field = message.field(key >> 3)
      switch key & 7 {
      case 0:
        _ = try varint(end)
        if field == .integers { try add(1) }
      case 1: try skip(8, end)
      case 2:
        let length = try varint(end)
        guard length <= end - place else { throw .notAMessage }
        try walk(field, to: place + Int(length), &lists)
      case 5: try skip(4, end)
      // Groups, which the format never had.
      default: throw .notAMessage
      }
    }
  }

  /// Goes through what a field with a length holds.
  private mutating func walk(_ field: Field, to end: Int, _ lists: inout Int) throws(ONNXError) {
    switch field {
    case .messages(let message):
      try add(1)
      var own = 0
      try walk(message, to: end, &own)
    case .message(let message):
      try add(1)
      try walk(message, to: end, &lists)
    case .text: try add(1)
    case .numbers, .integers:
      lists += 1
      try add(lists)
      // The last byte of each is below 128.
      if field == .integers { try add(bytes[place..<end].count { $0 < 0x80 }) }
    case .other: break
    }
    place = end
  }

  private mutating func add(_ parts: Int) throws(ONNXError) {
    count += parts
    guard count <= limit else { throw .tooManyParts(limit: limit, byte: place, byteCount: bytes.count) }
  }

  private mutating func skip(_ length: Int, _ end: Int) throws(ONNXError) {
    guard length <= end - place else { throw .notAMessage }
    place += length
  }

  /// A whole number of up to 64 bits, seven of them in each byte, the lowest first.
  private mutating func varint(_ end: Int) throws(ONNXError) -> UInt64 {
    var value: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard place < end else { throw .notAMessage }
      let byte = bytes[place]
      place += 1
      // Of the tenth byte there is one bit left.
      guard shift < 63 || byte <= 1 else { throw .notAMessage }
      value |= UInt64(byte & 0x7F) << shift
      if byte < 0x80 { return value }
    }
    throw .notAMessage
  }
}

/// What a field holds, as far as it matters for counting.
private enum Field: Equatable {
  /// One of any number of messages.
  case messages(Message)
  /// The only message of its field: what comes again is merged into it.
  case message(Message)
  /// A text, or bytes that are one.
  case text
  /// Whole numbers of 64 bits, packed or one by one.
  case integers
  /// Numbers that take at most four times as many bytes in memory as in the file.
  case numbers
  /// A single number, raw bytes, or what Octavo does not read.
  case other
}

/// The messages of `onnx.proto`.
private enum Message {
  case model, operationSet, entry, graph, node, attribute, tensor, value, type, tensorType, shape, side

  /// What a field holds that has the given number.
  func field(_ number: UInt64) -> Field {
    switch (self, number) {
    case (.model, 7): .message(.graph)
    case (.model, 8): .messages(.operationSet)
    case (.model, 14), (.tensor, 13): .messages(.entry)
    case (.graph, 1): .messages(.node)
    case (.graph, 5): .messages(.tensor)
    case (.graph, 11...13): .messages(.value)
    case (.node, 5): .messages(.attribute)
    case (.attribute, 5): .message(.tensor)
    case (.value, 2): .message(.type)
    case (.type, 1): .message(.tensorType)
    case (.tensorType, 2): .message(.shape)
    case (.shape, 1): .messages(.side)
    case (.model, 2...3), (.operationSet, 1), (.entry, 1...2), (.graph, 2), (.node, 1...4), (.node, 7),
      (.attribute, 1), (.attribute, 4), (.attribute, 9), (.tensor, 8), (.value, 1), (.side, 2):
      .text
    case (.attribute, 8), (.tensor, 1), (.tensor, 7): .integers
    case (.attribute, 7), (.tensor, 4...5), (.tensor, 10): .numbers
    default: .other
    }
  }
}
