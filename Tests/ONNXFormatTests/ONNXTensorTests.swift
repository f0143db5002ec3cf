import ONNXFormat
import TestSupport
import Testing

@Suite struct ONNXTensorTests {
  /// A model that holds one tensor, by the bytes of its fields.
  private func tensor(_ fields: [UInt8]) throws -> ONNXTensor {
    let graph = [5 << 3 | 2, UInt8(fields.count)] + fields
    return try ONNXModel(bytes: [7 << 3 | 2, UInt8(graph.count)] + graph).graph.initializers[0]
  }

  private static let name: [UInt8] = [8 << 3 | 2, 1, 0x77]

  // Elements that are listed one by one, packed or not, become those of the type.
  @Test func listedElements() throws {
    #expect(
      try tensor([0x08, 2, 0x10, 6] + Self.name + [5 << 3 | 2, 3, 7, 0x80, 0x01]).elements == .s32([7, 128]))
    #expect(try tensor([0x08, 2, 0x10, 2] + Self.name + [0x28, 7, 0x28, 0xFF, 0x01]).elements == .u8([7, 255]))
    #expect(try tensor([0x08, 1, 0x10, 7] + Self.name + [7 << 3 | 2, 1, 5]).elements == .s64([5]))
    #expect(
      try tensor([0x08, 1, 0x10, 1] + Self.name + [4 << 3 | 2, 4, 0, 0, 0x80, 0x3F]).elements == .f32([1]))
    let minusOne: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
    #expect(try tensor([0x08, 1, 0x10, 3] + Self.name + [5 << 3 | 2, 10] + minusOne).elements == .s8([-1]))
  }

  @Test func otherTypesStayVisible() throws {
    let half = try tensor([0x08, 1, 0x10, 10] + Self.name + [9 << 3 | 2, 2, 0, 0])
    #expect(half.elements == .other(ONNXElement(rawValue: 10)))
    #expect("\(half.type)" == "float16")
    #expect("\(ONNXElement(rawValue: 99))" == "type 99")
  }

  private static let refused: [(fields: [UInt8], text: String)] = [
    (
      [0x08, 3, 0x10, 1] + name + [9 << 3 | 2, 4, 0, 0, 0, 0],
      "tensor 'w': expected elements of 4 bytes for shape [3], found 4 bytes"
    ),
    (
      [0x08, 1, 0x10, 1] + name + [9 << 3 | 2, 5, 0, 0, 0, 0, 0],
      "tensor 'w': expected elements of 4 bytes for shape [1], found 5 bytes"
    ),
    (
      [0x08, 2, 0x10, 2] + name + [9 << 3 | 2, 1, 0],
      "tensor 'w': expected elements of 1 byte for shape [2], found 1 bytes"
    ),
    ([0x08, 3, 0x10, 6] + name + [5 << 3 | 2, 1, 7], "tensor 'w': expected elements for shape [3], found 1"),
    (
      [0x08, 1, 0x10, 2] + name + [5 << 3 | 2, 2, 0x80, 0x02],
      "tensor 'w': expected elements of uint8, found 256"
    ),
    (
      [0x08, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01, 0x10, 1] + name,
      "tensor 'w': expected a shape of countable elements, found [-1]"
    ),
    (
      [0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0x08, 0x80, 0x80, 0x80, 0x80, 0x80, 0x01, 0x10, 1] + name,
      "tensor 'w': expected a shape of countable elements, found [34359738368, 34359738368]"
    ),
    (
      [0x08, 1, 0x10, 1] + name + [0x70, 1],
      "tensor 'w': expected its data in another file under a good location, found ''"
    ),
    (
      [0x08, 1, 0x10, 1] + name + [0x70, 1] + entry("location", "a") + entry("offset", "-1"),
      "tensor 'w': expected its data in another file under a good offset, found '-1'"
    ),
  ]

  private static func entry(_ key: String, _ value: String) -> [UInt8] {
    let fields = [0x0A, UInt8(key.utf8.count)] + Array(key.utf8) + [0x12, UInt8(value.utf8.count)] + Array(value.utf8)
    return [13 << 3 | 2, UInt8(fields.count)] + fields
  }

  @Test(arguments: refused.indices) func aTensorThatIsNoneIsRefused(_ index: Int) throws {
    let (fields, text) = Self.refused[index]
    #expect(line { _ = try tensor(fields) } == text)
  }

  @Test func elementsOfAnotherFileAreFilledIn() throws {
    let far = try tensor([0x08, 1, 0x10, 1] + Self.name + [0x70, 1] + Self.entry("location", "a"))
    #expect(far.elements == .external(.f32, .init(location: "a")))
    #expect(try far.filled(with: [0, 0, 0x80, 0x3F]).elements == .f32([1]))
    #expect(throws: ONNXError.self) { try far.filled(with: [0]) }
  }
}
