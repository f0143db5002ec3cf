import Datasets
import Testing

@Suite struct NPYArrayTests {
  /// A file as NumPy 2.4.6 writes it: the dictionary is filled up with blanks to a multiple of 64 bytes.
  static func file(_ dictionary: String, _ content: [UInt8], version: UInt8 = 1) -> [UInt8] {
    let start = version == 1 ? 10 : 12
    let length = (start + dictionary.utf8.count + 1 + 63) / 64 * 64 - start
    let header = Array(dictionary.utf8) + [UInt8](repeating: 32, count: length - dictionary.utf8.count - 1) + [10]
    let size = (0..<(version == 1 ? 2 : 4)).map { UInt8(length >> (8 * $0) & 255) }
    return [0x93] + Array("NUMPY".utf8) + [version, 0] + size + header + content
  }

  static func dictionary(_ dtype: String, _ shape: String, order: String = "False") -> String {
    "{'descr': '\(dtype)', 'fortran_order': \(order), 'shape': \(shape), }"
  }

  private func read(_ bytes: [UInt8]) throws -> NPYArray { try NPYArray(parsing: bytes, file: "f") }

  // `numpy.save` of arange(12, dtype=uint8).reshape(2, 2, 3): 140 bytes, the header's length 118.
  @Test func anArrayOfNumPys() throws {
    let bytes = Self.file(Self.dictionary("|u1", "(2, 2, 3)"), (0..<12).map { UInt8($0) })
    #expect(bytes.count == 140 && bytes[8] == 118)
    let array = try read(bytes)
    #expect(array.dtype == "|u1" && array.shape == [2, 2, 3] && array.integers == Array(0..<12))
  }

  // The bytes that `numpy.array([3, -1, 2], dtype)` leaves behind the header, and of <u4 those of [3, 7, 2].
  @Test(
    arguments: [
      ("<i8", [3, 0, 0, 0, 0, 0, 0, 0] + [UInt8](repeating: 255, count: 8) + [2, 0, 0, 0, 0, 0, 0, 0], [3, -1, 2]),
      ("<i2", [3, 0, 255, 255, 2, 0], [3, -1, 2]), ("|i1", [3, 255, 2], [3, -1, 2]),
      ("<u4", [3, 0, 0, 0, 7, 0, 0, 0, 2, 0, 0, 0], [3, 7, 2]), ("<u2", [255, 255, 0, 1, 0, 0], [65535, 256, 0]),
      ("<i4", [254, 255, 255, 255, 0, 0, 1, 0, 0, 0, 0, 0], [-2, 65536, 0]),
    ] as [(String, [UInt8], [Int])])
  func integersOfEveryWidth(_ dtype: String, _ content: [UInt8], _ expected: [Int]) throws {
    for version in [1, 2, 3] as [UInt8] {
      let array = try read(Self.file(Self.dictionary(dtype, "(3,)"), content, version: version))
      #expect(array.integers == expected && array.shape == [3])
    }
  }

  @Test func whatIsNotTakenIsNamed() {
    let records = "{'descr': [('a', '|u1')], 'fortran_order': False, 'shape': (1,), }"
    for (bytes, error) in [
      ([], NPYError.notNPY(file: "f")), (Array("PK".utf8), .notNPY(file: "f")),
      (Array([0x93] + Array("NUMPY".utf8)), .truncated(file: "f", expected: 12, found: 6)),
      (Self.file("{}", [], version: 4), .unknownVersion(file: "f", found: "4.0")),
      (Self.file(records, [1]), .badHeader(file: "f")), (Self.file("{}", []), .badHeader(file: "f")),
      (Self.file(Self.dictionary("|u1", "(-1,)"), []), .badHeader(file: "f")),
      (Self.file(Self.dictionary("|u1", "(4611686018427387904, 4)"), []), .badHeader(file: "f")),
      (Self.file(Self.dictionary("|u1", "(1, 2)", order: "True"), [1, 2]), .fortranOrder(file: "f")),
      (
        Self.file(Self.dictionary("<f4", "(1,)"), [0, 0, 0, 0]),
        .wrongType(file: "f", expected: "integers", found: "<f4")
      ),
      (Self.file(Self.dictionary(">i2", "(1,)"), [0, 1]), .wrongType(file: "f", expected: "integers", found: ">i2")),
      (Self.file(Self.dictionary("|u1", "(3,)"), [1, 2]), .wrongLength(file: "f", expected: 3, found: 2)),
      (Self.file(Self.dictionary("|u1", "(1,)"), [1, 2]), .wrongLength(file: "f", expected: 1, found: 2)),
    ] {
      #expect(throws: error) { try read(bytes) }
      #expect(!"\(error)".contains("\n") && "\(error)".hasPrefix("f: "))
    }
  }

  @Test func aHeaderCutAtEveryByte() {
    let bytes = Self.file(Self.dictionary("|u1", "(2,)"), [1, 2])
    for length in 0..<bytes.count {
      #expect(throws: NPYError.self) { try read(Array(bytes[..<length])) }
    }
  }
}
