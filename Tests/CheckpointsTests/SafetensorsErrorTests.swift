import Checkpoints
import Tensors
import Testing

/// One way to be malformed: the bytes, the error they must give, and its line.
struct Refusal: Sendable, CustomTestStringConvertible {
  let testDescription: String
  let bytes: [UInt8]
  let error: SafetensorsError
  let message: String

  init(
    _ testDescription: String, _ header: String, data: [UInt8] = [], _ error: SafetensorsError,
    _ message: String
  ) {
    self.init(testDescription, bytes: file(header, data: data), error, message)
  }

  init(_ testDescription: String, bytes: [UInt8], _ error: SafetensorsError, _ message: String) {
    self.testDescription = testDescription
    self.bytes = bytes
    self.error = error
    self.message = message
  }
}

@Suite struct SafetensorsErrorTests {
  @Test(arguments: framing + grammar + declarations + layouts)
  func isRefusedByName(_ refusal: Refusal) {
    #expect(throws: refusal.error) { try Safetensors.decode(refusal.bytes) }
    #expect(refusal.error.description == refusal.message)
  }

  // MARK: The header's length, encoding and ends

  static let framing = [
    Refusal(
      "no bytes", bytes: [], .fileTooShort(byteCount: 0),
      "not a safetensors file: 0 bytes, fewer than the 8 of the header's length"),
    Refusal(
      "header one byte over the limit", bytes: [0x01, 0xE1, 0xF5, 0x05, 0, 0, 0, 0],
      .headerTooLong(byteCount: 100_000_001, limit: 100_000_000),
      "header of 100000001 bytes is over the limit of 100000000"),
    Refusal(
      "header near the end of 64 bits", bytes: [0xFA] + Array(repeating: 0xFF, count: 7) + Array("{}".utf8),
      .headerTooLong(byteCount: .max - 5, limit: 100_000_000),
      "header of 18446744073709551610 bytes is over the limit of 100000000"),
    Refusal(
      "header at the limit in a small file", bytes: [0x00, 0xE1, 0xF5, 0x05, 0, 0, 0, 0] + Array("{}".utf8),
      .headerBeyondFile(byteCount: 100_000_000, available: 2),
      "header of 100000000 bytes in a file with 2 after its length"),
    Refusal(
      "bad UTF-8", bytes: file(Array("{\"a".utf8) + [0xC3, 0x28] + Array("\":1}".utf8)), .headerNotUTF8,
      "header is not UTF-8"),
    Refusal(
      "surrogate in UTF-8", bytes: file(Array("{\"".utf8) + [0xED, 0xA0, 0x80] + Array("\":1}".utf8)),
      .headerNotUTF8, "header is not UTF-8"),
    Refusal(
      "empty header", "", .headerNotObject(position: 8), "header is not one JSON object: see byte 8"),
    Refusal(
      "space before the object", " {}", .headerNotObject(position: 8),
      "header is not one JSON object: see byte 8"),
    Refusal(
      "newline after the object", "{} \n", .headerNotObject(position: 11),
      "header is not one JSON object: see byte 11"),
    Refusal(
      "second object", "{}{}", .headerNotObject(position: 10), "header is not one JSON object: see byte 10"),
    Refusal(
      "100,000 arrays", String(repeating: "[", count: 100_000), .headerNotObject(position: 8),
      "header is not one JSON object: see byte 8"),
  ]

  // MARK: JSON

  static let grammar = [
    Refusal(
      "header ends in an object", "{", .syntax(position: 9, expected: "a string", found: nil),
      "header: expected a string at byte 9, found the header's end"),
    Refusal(
      "100,000 objects", String(repeating: "{\"a\":", count: 100_000),
      .unknownField(tensor: "a", field: "a"), "tensor 'a': unknown key 'a'"),
    Refusal(
      "100,000 arrays as a shape", header(shape: String(repeating: "[", count: 100_000)),
      .syntax(position: 36, expected: "an unsigned integer", found: UInt8(ascii: "[")),
      "header: expected an unsigned integer at byte 36, found '['"),
    Refusal(
      "trailing comma", #"{"__metadata__":{"a":"b",}}"#,
      .syntax(position: 33, expected: "a string", found: UInt8(ascii: "}")),
      "header: expected a string at byte 33, found '}'"),
    Refusal(
      "missing comma", #"{"__metadata__":{"a":"b" "c":"d"}}"#,
      .syntax(position: 33, expected: "',' or '}'", found: UInt8(ascii: "\"")),
      "header: expected ',' or '}' at byte 33, found '\"'"),
    Refusal(
      "fraction", header(shape: "[2.0]"), .syntax(position: 37, expected: "',' or ']'", found: 0x2E),
      "header: expected ',' or ']' at byte 37, found '.'"),
    Refusal(
      "negative size", header(shape: "[-2]"),
      .syntax(position: 36, expected: "an unsigned integer", found: 0x2D),
      "header: expected an unsigned integer at byte 36, found '-'"),
    Refusal(
      "outside ASCII", "{\u{E9}", .syntax(position: 9, expected: "a string", found: 0xC3),
      "header: expected a string at byte 9, found byte 195"),
    Refusal(
      "raw newline in a name", header("a\nb"), .controlCharacter(position: 11),
      "header: raw control character in a string at byte 11"),
    Refusal(
      "bad escape", header(#"\x"#), .badEscape(position: 10), "header: bad escape in a string at byte 10"),
    Refusal(
      "lone surrogate", header(#"\ud800"#), .loneSurrogate(position: 10),
      "header: half a surrogate pair at byte 10"),
    Refusal(
      "size of 2^63", header(shape: "[9223372036854775808]"), .numberOverflow(position: 36),
      "header: integer at byte 36 does not fit 63 bits"),
  ]

  // MARK: Keys and values

  static let entry = #"{"dtype":"U8","shape":[0],"data_offsets":[0,0]}"#

  static let declarations = [
    Refusal(
      "tensor twice", #"{"a":\#(entry),"\u0061":\#(entry)}"#, .duplicateKey("a", object: "header"),
      "header: key 'a' stands twice in 'header'"),
    Refusal(
      // A dictionary of strings cannot hold both, and would silently keep one.
      "equivalent names", "{\"\u{E9}\":\(entry),\"e\u{301}\":\(entry)}",
      .duplicateKey("\u{E9}", object: "header"), "header: key 'e\u{301}' stands twice in 'header'"),
    Refusal(
      "metadata twice", #"{"__metadata__":{},"__metadata__":{}}"#,
      .duplicateKey("__metadata__", object: "header"), "header: key '__metadata__' stands twice in 'header'"),
    Refusal(
      "metadata key twice", #"{"__metadata__":{"k":"v","k":"v"}}"#,
      .duplicateKey("k", object: "__metadata__"), "header: key 'k' stands twice in '__metadata__'"),
    Refusal(
      "dtype twice", #"{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}"#,
      .duplicateKey("dtype", object: "a"), "header: key 'dtype' stands twice in 'a'"),
    Refusal(
      "number as metadata", #"{"__metadata__":{"k":1}}"#, .metadataNotString(key: "k"),
      "metadata 'k' is not a string"),
    Refusal(
      "unknown key", #"{"a":{"strides":[1]}}"#, .unknownField(tensor: "a", field: "strides"),
      "tensor 'a': unknown key 'strides'"),
    Refusal(
      "no dtype", #"{"a":{"shape":[0],"data_offsets":[0,0]}}"#, .missingField(tensor: "a", field: "dtype"),
      "tensor 'a': key 'dtype' is missing"),
    Refusal(
      "no shape", #"{"a":{"dtype":"U8","data_offsets":[0,0]}}"#, .missingField(tensor: "a", field: "shape"),
      "tensor 'a': key 'shape' is missing"),
    Refusal(
      "no offsets", #"{"a":{"dtype":"U8","shape":[0]}}"#, .missingField(tensor: "a", field: "data_offsets"),
      "tensor 'a': key 'data_offsets' is missing"),
    Refusal(
      "no such dtype", header(dtype: "u8"), .unknownDType(tensor: "a", dtype: "u8"),
      "tensor 'a': unknown dtype 'u8'"),
  ]

  // MARK: Sizes and offsets

  static func two(_ first: String, _ second: String) -> String {
    #"{"a":{"dtype":"U8","shape":[2],"data_offsets":\#(first)},"#
      + #""b":{"dtype":"U8","shape":[2],"data_offsets":\#(second)}}"#
  }

  static let layouts = [
    Refusal(
      "elements over 63 bits", header(shape: "[4294967296,4294967296]"),
      .shapeOverflow(tensor: "a", shape: [1 << 32, 1 << 32]),
      "tensor 'a': size of shape [4294967296, 4294967296] does not fit 63 bits"),
    Refusal(
      "bytes over 63 bits", header(dtype: "F32", shape: "[2305843009213693952]"),
      .shapeOverflow(tensor: "a", shape: [1 << 61]),
      "tensor 'a': size of shape [2305843009213693952] does not fit 63 bits"),
    Refusal(
      "empty by its last size", header(shape: "[4294967296,4294967296,0]", offsets: "[0,0]"),
      .shapeOverflow(tensor: "a", shape: [1 << 32, 1 << 32, 0]),
      "tensor 'a': size of shape [4294967296, 4294967296, 0] does not fit 63 bits"),
    Refusal(
      "one offset", header(offsets: "[0]"), .offsetsNotPair(tensor: "a"),
      "tensor 'a': data_offsets are not two integers"),
    Refusal(
      "three offsets", header(offsets: "[0,1,2]"), .offsetsNotPair(tensor: "a"),
      "tensor 'a': data_offsets are not two integers"),
    Refusal(
      "reversed offsets", header(offsets: "[2,0]"), .offsetsReversed(tensor: "a", begin: 2, end: 0),
      "tensor 'a': ends at 0, before it begins at 2"),
    Refusal(
      "another size", header(dtype: "I32", offsets: "[0,7]"),
      .sizeMismatch(tensor: "a", dtype: "I32", shape: [2], expected: 8, found: 7),
      "tensor 'a': I32 [2] needs 8 bytes, its offsets give 7"),
    Refusal(
      "another size of packed elements", header(dtype: "F4", shape: "[3]", offsets: "[0,1]"), data: [0],
      .sizeMismatch(tensor: "a", dtype: "F4", shape: [3], expected: 2, found: 1),
      "tensor 'a': F4 [3] needs 2 bytes, its offsets give 1"),
    Refusal(
      "hole at the start", header(offsets: "[1,3]"), data: [0, 0, 0],
      .hole(tensor: "a", begin: 1, previousEnd: 0), "tensor 'a': begins at 1, leaving a hole after 0"),
    Refusal(
      "hole between", two("[0,2]", "[3,5]"), data: [0, 0, 0, 0, 0],
      .hole(tensor: "b", begin: 3, previousEnd: 2), "tensor 'b': begins at 3, leaving a hole after 2"),
    Refusal(
      "overlap", two("[1,3]", "[0,2]"), data: [0, 0, 0], .overlap(tensor: "a", begin: 1, previousEnd: 2),
      "tensor 'a': begins at 1, overlapping what ends at 2"),
    Refusal(
      "the same bytes twice", two("[0,2]", "[0,2]"), data: [0, 0],
      .overlap(tensor: "b", begin: 0, previousEnd: 2), "tensor 'b': begins at 0, overlapping what ends at 2"),
    Refusal(
      "data beyond the file", header(), data: [0], .dataBeyondFile(tensor: "a", end: 2, available: 1),
      "tensor 'a': ends at 2 of only 1 bytes of data"),
    Refusal(
      "an exabyte in a small file",
      header(shape: "[1152921504606846976]", offsets: "[0,1152921504606846976]"), data: [0],
      .dataBeyondFile(tensor: "a", end: 1 << 60, available: 1),
      "tensor 'a': ends at 1152921504606846976 of only 1 bytes of data"),
    Refusal(
      "trailing data", header(), data: [0, 0, 0], .trailingData(end: 2, available: 3),
      "data ends at 2, but the file holds 3 bytes of it"),
    Refusal(
      "data without tensors", "{}", data: [0], .trailingData(end: 0, available: 1),
      "data ends at 0, but the file holds 1 bytes of it"),
  ]

  // MARK: Writing

  @Test func refusesToWriteAReservedName() {
    let checkpoint = Checkpoint(tensors: ["__metadata__": Tensor([], [0] as [Float])])
    let error = SafetensorsError.reservedName("__metadata__")
    #expect(throws: error) { try Safetensors.encode(checkpoint) }
    #expect(error.description == "tensor '__metadata__': the name is reserved for the file's metadata")
  }

  // Would catch a limit that is compared before the padding, one byte off, or not the one that readers keep: the limit is
  // an argument, for a header as long as readers' would be a hundred megabytes.
  @Test func refusesToWriteAHeaderThatNobodyReads() throws {
    #expect(Safetensors.headerByteLimit == 100_000_000)
    let checkpoint = Checkpoint(metadata: ["k": "x"])
    // {"__metadata__":{"k":"x"}} has 26 bytes, and 6 spaces fill it up to a multiple of 8.
    let bytes = try Safetensors.encode(checkpoint, headerByteLimit: 32)
    #expect(bytes.count == 8 + 32)
    #expect(try Safetensors.encode(checkpoint) == bytes)
    #expect(throws: SafetensorsError.headerTooLong(byteCount: 32, limit: 31)) {
      try Safetensors.encode(checkpoint, headerByteLimit: 31)
    }
  }
}
