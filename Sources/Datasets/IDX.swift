/// An IDX file of bytes, the format of MNIST: a magic number, big-endian sizes of dimensions, elements.
public struct IDX: Sendable, Equatable {
  /// The size of each dimension, outermost first, none zero.
  public let dimensions: [Int]
  /// The elements in row-major order.
  public let elements: [UInt8]

  /// An IDX file's content.
  /// - Precondition: one to 255 dimensions, none zero or over 32 bits; the elements fill them.
  public init(dimensions: [Int], elements: [UInt8]) {
    precondition((1...255).contains(dimensions.count), "an IDX file has 1 to 255 dimensions")
    precondition(dimensions.allSatisfy { $0 > 0 && $0 <= UInt32.max }, "no IDX dimensions: \(dimensions)")
    precondition(dimensions.reduce(1, *) == elements.count, "\(elements.count) elements for \(dimensions)")
    self.dimensions = dimensions
    self.elements = elements
  }

  /// Reads a file's bytes.
  ///
  /// - Parameter file: the name that an error gives to the bytes.
  /// - Parameter rank: the number of dimensions expected.
  public init(parsing bytes: [UInt8], file: String, rank: Int) throws(IDXError) {
    let headerSize = 4 + 4 * rank
    guard bytes.count >= headerSize else {
      throw .shortHeader(file: file, expected: headerSize, found: bytes.count)
    }
    // Two zeros, the element type (8: unsigned byte), the number of dimensions.
    let magic = Self.number(bytes, at: 0)
    guard magic == 0x800 + rank else { throw .wrongMagic(file: file, expected: 0x800 + rank, found: magic) }
    var dimensions: [Int] = []
    var count = 1
    for index in 0..<rank {
      let size = Self.number(bytes, at: 4 + 4 * index)
      guard size > 0 else { throw .emptyDimension(file: file, index: index) }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      dimensions.append(size)
      guard !overflow, product <= Int.max - headerSize else { throw .tooLarge(file: file) }
      count = product
    }
    guard bytes.count == headerSize + count else {
      throw .wrongLength(file: file, expected: headerSize + count, found: bytes.count)
    }
    self.dimensions = dimensions
    elements = Array(bytes[headerSize...])
  }

  /// The file's bytes.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = [0, 0, 8, UInt8(dimensions.count)]
    bytes.reserveCapacity(4 + 4 * dimensions.count + elements.count)
    for size in dimensions {
      for shift in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: size >> shift)) }
    }
    bytes.append(contentsOf: elements)
    return bytes
  }

  private static func number(_ bytes: [UInt8], at offset: Int) -> Int {
    bytes[offset..<(offset + 4)].reduce(0) { $0 << 8 | Int($1) }
  }
}

/// What can be wrong with an IDX file.
public enum IDXError: Error, Equatable, CustomStringConvertible {
  /// The file ends before its dimensions do.
  case shortHeader(file: String, expected: Int, found: Int)
  /// The magic number is not that of bytes in the expected number of dimensions.
  case wrongMagic(file: String, expected: Int, found: Int)
  /// A dimension is zero.
  case emptyDimension(file: String, index: Int)
  /// The dimensions' product does not fit in 64 bits.
  case tooLarge(file: String)
  /// The file is shorter or longer than its dimensions say.
  case wrongLength(file: String, expected: Int, found: Int)

  /// One line: the file, what was expected, what was found.
  public var description: String {
    switch self {
    case .shortHeader(let file, let expected, let found):
      "\(file): expected an IDX header of \(expected) bytes, found \(found) bytes in all"
    case .wrongMagic(let file, let expected, let found):
      "\(file): expected the IDX magic number \(expected), found \(found)"
    case .emptyDimension(let file, let index):
      "\(file): expected a positive size of dimension \(index), found 0"
    case .tooLarge(let file):
      "\(file): expected dimensions whose product fits in memory, found larger ones"
    case .wrongLength(let file, let expected, let found):
      "\(file): expected \(expected) bytes as the dimensions say, found \(found)"
    }
  }
}
