/// What the IHDR chunk of a PNG says.
struct PNGHeader {
  /// What a pixel is made of, by PNG's number.
  enum Color: UInt8 {
    case grey = 0
    case rgb = 2
    case palette = 3
    case greyAlpha = 4
    case rgba = 6

    /// Samples of a pixel.
    var samples: Int {
      switch self {
      case .grey, .palette: 1
      case .greyAlpha: 2
      case .rgb: 3
      case .rgba: 4
      }
    }

    /// Bits that a sample may have.
    var depths: [UInt8] {
      switch self {
      case .grey: [1, 2, 4, 8, 16]
      case .palette: [1, 2, 4, 8]
      case .rgb, .greyAlpha, .rgba: [8, 16]
      }
    }
  }

  /// No picture that a network is shown comes near; a small file that unfolds into gigabytes is refused.
  static let mostPixels = 1 << 26

  let width: Int
  let height: Int
  let color: Color
  /// Bits of a sample.
  let depth: Int

  /// Bytes of a row, without its filter's number; the last may hold bits of no pixel.
  var rowBytes: Int { (width * color.samples * depth + 7) / 8 }
  /// Bytes of all rows, each with the number of its filter before it.
  var filteredByteCount: Int { height * (1 + rowBytes) }
  /// Bytes from one pixel to the next, as filters count: at least 1.
  var filterStep: Int { max(color.samples * depth / 8, 1) }

  /// The header that a chunk's content holds.
  init(_ content: ArraySlice<UInt8>) throws(PNGError) {
    func refuse(_ expected: String, _ found: String) -> PNGError { .badChunk("IHDR", expected: expected, found: found) }
    guard content.count == 13 else { throw refuse("13 bytes", "\(content.count)") }
    let rest = Array(content.dropFirst(8))
    width = content.bigEndian(at: 0)
    height = content.bigEndian(at: 4)
    guard width > 0, height > 0, max(width, height) <= Int32.max else {
      throw refuse("a width and a height of 1 to \(Int32.max)", "\(width)x\(height)")
    }
    guard let color = Color(rawValue: rest[1]) else { throw refuse("colour type 0, 2, 3, 4 or 6", "\(rest[1])") }
    guard color.depths.contains(rest[0]) else {
      let depths = color.depths.map(String.init).joined(separator: ", ")
      throw refuse("bits per sample of \(depths) for colour type \(rest[1])", "\(rest[0])")
    }
    guard rest[2] == 0, rest[3] == 0 else { throw refuse("compression 0, filters 0", "\(rest[2]), \(rest[3])") }
    guard rest[4] <= 1 else { throw refuse("interlacing 0 or 1", "\(rest[4])") }
    guard rest[4] == 0 else { throw .interlaced }
    guard width.multipliedReportingOverflow(by: height).partialValue <= Self.mostPixels else {
      throw .tooLarge(width: width, height: height)
    }
    (self.color, depth) = (color, Int(rest[0]))
  }
}

extension ArraySlice<UInt8> {
  /// The 32-bit number at an offset from the slice's start, its highest byte first.
  /// - Precondition: its four bytes are there.
  func bigEndian(at offset: Int) -> Int {
    self[(startIndex + offset)..<(startIndex + offset + 4)].reduce(0) { $0 << 8 | Int($1) }
  }
}
