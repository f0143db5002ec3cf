/// An array as NumPy's `save` writes it (format versions 1 to 3), in C order.
package struct NPYArray {
  /// The elements' type in NumPy's words: `|u1`, `<i8`.
  package let dtype: String
  /// The size of each dimension.
  package let shape: [Int]
  /// The elements' bytes, as they lie in the file.
  package let content: ArraySlice<UInt8>

  /// Reads a file's bytes.
  /// - Parameter file: the name that an error gives to the bytes.
  package init(parsing bytes: [UInt8], file: String) throws(NPYError) {
    guard bytes.starts(with: [0x93] + Array("NUMPY".utf8)) else { throw .notNPY(file: file) }
    guard bytes.count >= 12 else { throw .truncated(file: file, expected: 12, found: bytes.count) }
    let version = bytes[6]
    guard (1...3).contains(version), bytes[7] == 0 else {
      throw .unknownVersion(file: file, found: "\(version).\(bytes[7])")
    }
    // The header's length, least significant byte first: two bytes of it, four since version 2.
    let lengthBytes = version == 1 ? 2 : 4
    let length = (0..<lengthBytes).reduce(0) { $0 | Int(bytes[8 + $1]) << (8 * $1) }
    let start = 8 + lengthBytes + length
    guard start <= bytes.count else { throw .truncated(file: file, expected: start, found: bytes.count) }
    let header = NPYHeader(text: String(decoding: bytes[8 + lengthBytes..<start], as: UTF8.self))
    guard let dtype = header.dtype, let isFortran = header.isFortranOrder, let shape = header.shape else {
      throw .badHeader(file: file)
    }
    guard !isFortran else { throw .fortranOrder(file: file) }
    guard let size = Self.byteCount(of: dtype) else { throw .wrongType(file: file, expected: "integers", found: dtype) }
    var count = size
    for dimension in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: dimension)
      guard !overflows else { throw .badHeader(file: file) }
      count = product
    }
    guard bytes.count - start == count else {
      throw .wrongLength(file: file, expected: count, found: bytes.count - start)
    }
    (self.dtype, self.shape, content) = (dtype, shape, bytes[start...])
  }

  /// Bytes of an element, nil for a type that is no little-endian integer.
  private static func byteCount(of dtype: String) -> Int? {
    ["|u1": 1, "|i1": 1, "<u2": 2, "<i2": 2, "<u4": 4, "<i4": 4, "<u8": 8, "<i8": 8][dtype]
  }

  /// The elements as numbers; those of `<u8` that no `Int` holds become its largest.
  package var integers: [Int] {
    let size = Self.byteCount(of: dtype) ?? 1
    let isSigned = dtype.contains("i")
    return stride(from: content.startIndex, to: content.endIndex, by: size).map { place in
      let bits = (0..<size).reduce(UInt64(0)) { $0 | UInt64(content[place + $1]) << UInt64(8 * $1) }
      guard isSigned else { return Int(clamping: bits) }
      // The sign's bit to the top and back again.
      let shift = 64 - 8 * size
      return Int(Int64(bitPattern: bits << UInt64(shift)) >> Int64(shift))
    }
  }
}

/// The Python dictionary at the head of such a file: `{'descr': '|u1', 'fortran_order': False, 'shape': (60000, 28, 28), }`.
private struct NPYHeader {
  let text: String

  /// Nil where the type is no single word, as that of records.
  var dtype: String? {
    guard let value = value(of: "descr"), let quote = value.first, quote == "'" || quote == "\"" else { return nil }
    return value.dropFirst().split(separator: quote, omittingEmptySubsequences: false).first.map(String.init)
  }

  var isFortranOrder: Bool? {
    guard let value = value(of: "fortran_order") else { return nil }
    return value.hasPrefix("False") ? false : value.hasPrefix("True") ? true : nil
  }

  var shape: [Int]? {
    guard let value = value(of: "shape"), value.first == "(", let end = value.firstIndex(of: ")") else { return nil }
    var sizes: [Int] = []
    for word in value[..<end].dropFirst().split(separator: ",") {
      let digits = word.filter { $0 != " " }
      if digits.isEmpty { continue }
      guard let size = Int(digits), size >= 0 else { return nil }
      sizes.append(size)
    }
    return sizes
  }

  /// What stands behind a key.
  private func value(of key: String) -> Substring? {
    guard let place = text.firstRange(of: "'\(key)':") ?? text.firstRange(of: "\"\(key)\":") else { return nil }
    return text[place.upperBound...].drop { $0 == " " }
  }
}

/// What can be wrong with a NumPy file, and what this reader does not take.
public enum NPYError: Error, Equatable, CustomStringConvertible {
  /// The file does not begin as NumPy's do.
  case notNPY(file: String)
  /// The file ends before its header does.
  case truncated(file: String, expected: Int, found: Int)
  /// A version of the format that this reader does not know.
  case unknownVersion(file: String, found: String)
  /// A header without type, order or shape.
  case badHeader(file: String)
  /// Columns before rows.
  case fortranOrder(file: String)
  /// Elements of another type.
  case wrongType(file: String, expected: String, found: String)
  /// The file is shorter or longer than its shape says.
  case wrongLength(file: String, expected: Int, found: Int)
  /// Dimensions that images or labels do not have.
  case wrongShape(file: String, expected: String, found: [Int])

  /// One line: the file, what was expected, what was found, what to do.
  public var description: String {
    switch self {
    case .notNPY(let file): "\(file): expected a NumPy file (.npy), found other data"
    case .truncated(let file, let expected, let found):
      "\(file): expected a NumPy header of \(expected) bytes, found \(found) bytes in all"
    case .unknownVersion(let file, let found): "\(file): expected NumPy's format 1.0, 2.0 or 3.0, found \(found)"
    case .badHeader(let file): "\(file): expected a NumPy header with one type, an order and a shape, found another"
    case .fortranOrder(let file):
      "\(file): expected an array in C order, found Fortran order; save numpy.ascontiguousarray of it"
    case .wrongType(let file, let expected, let found):
      "\(file): expected \(expected), found dtype '\(found)'; convert it with astype"
    case .wrongLength(let file, let expected, let found):
      "\(file): expected \(expected) bytes of elements as the shape says, found \(found)"
    case .wrongShape(let file, let expected, let found):
      "\(file): expected \(expected), found shape (\(found.map(String.init).joined(separator: ", ")))"
    }
  }
}
