import Compression

/// The chunks of a PNG that decide its pixels, in the order that PNG asks for, their checksums checked.
struct PNGChunks {
  /// A chunk: a name of four letters, and what it holds.
  private struct Chunk {
    let name: String
    let content: ArraySlice<UInt8>
    /// Whether a reader that does not know it may pass over it: its first letter is small.
    let isAncillary: Bool
  }

  private static let signature: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]

  let header: PNGHeader
  /// The colours of a palette, red, green, blue, each 0 to 255; nil where there is none.
  private(set) var palette: ArraySlice<UInt8>?
  /// What tRNS says: an alpha for each colour of the palette, or the one sample or colour that is transparent.
  private(set) var transparency: ArraySlice<UInt8>?
  /// The compressed pixels.
  private(set) var data: [UInt8] = []

  /// The chunks of a file, up to its end.
  init(_ png: [UInt8]) throws(PNGError) {
    guard png.starts(with: Self.signature) else {
      // A file cut off within the signature is one still; an empty one is nothing.
      throw !png.isEmpty && Self.signature.starts(with: png) ? .truncated(bytes: png.count) : .notPNG
    }
    var rest = png.dropFirst(Self.signature.count)
    let first = try Self.next(&rest, of: png.count)
    guard first.name == "IHDR" else { throw .badChunk("IHDR", expected: "it first", found: first.name) }
    header = try PNGHeader(first.content)
    var previous = first.name
    while true {
      let chunk = try Self.next(&rest, of: png.count)
      if chunk.name == "IEND" { break }
      try take(chunk, after: previous)
      previous = chunk.name
    }
    guard !data.isEmpty else { throw .badChunk("IDAT", expected: "pixels", found: "none") }
    if header.color == .palette, palette == nil { throw .badChunk("PLTE", expected: "a palette", found: "none") }
  }

  private mutating func take(_ chunk: Chunk, after previous: String) throws(PNGError) {
    let (name, count) = (chunk.name, chunk.content.count)
    switch name {
    case "IDAT":
      guard data.isEmpty || previous == name else {
        throw .badChunk(name, expected: "one behind the other", found: "\(previous) between them")
      }
      data += chunk.content
    case "PLTE":
      guard palette == nil, data.isEmpty else { throw .badChunk(name, expected: "one before IDAT", found: "another") }
      guard count > 0, count % 3 == 0, count <= 768 else {
        throw .badChunk(name, expected: "1 to 256 colours of 3 bytes", found: "\(count) bytes")
      }
      palette = chunk.content
    case "tRNS":
      guard transparency == nil, data.isEmpty else {
        throw .badChunk(name, expected: "one before IDAT", found: "another")
      }
      try checkTransparency(count)
      transparency = chunk.content
    default:
      guard chunk.isAncillary else {
        throw .badChunk(name, expected: "a chunk that PNG knows", found: "an unknown one that must not be passed over")
      }
    }
  }

  private func checkTransparency(_ count: Int) throws(PNGError) {
    switch header.color {
    case .grey where count == 2, .rgb where count == 6: return
    case .palette:
      guard let palette else { throw .badChunk("tRNS", expected: "PLTE before it", found: "none") }
      guard count > palette.count / 3 else { return }
      throw .badChunk("tRNS", expected: "at most \(palette.count / 3) alphas", found: "\(count)")
    case .grey, .rgb:
      throw .badChunk("tRNS", expected: "\(2 * header.color.samples) bytes", found: "\(count)")
    case .greyAlpha, .rgba: throw .badChunk("tRNS", expected: "none beside alpha", found: "one")
    }
  }

  /// Takes a chunk off the front of what is left of a file of `total` bytes.
  private static func next(_ rest: inout ArraySlice<UInt8>, of total: Int) throws(PNGError) -> Chunk {
    guard rest.count >= 12 else { throw .truncated(bytes: total) }
    let (length, letters) = (rest.bigEndian(at: 0), rest.dropFirst(4).prefix(4))
    let isNamed = letters.allSatisfy { (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) }
    guard isNamed, length <= Int32.max else {
      throw .badChunk("at byte \(total - rest.count)", expected: "a name of four letters", found: "other data")
    }
    guard rest.count >= 12 + length else { throw .truncated(bytes: total) }
    let (name, content) = (String(decoding: letters, as: UTF8.self), rest.dropFirst(8).prefix(length))
    guard Deflate.crc32(Array(letters + content)) == UInt32(rest.bigEndian(at: 8 + length)) else {
      throw .wrongChecksum(chunk: name)
    }
    rest = rest.dropFirst(12 + length)
    return Chunk(name: name, content: content, isAncillary: (letters.first ?? 0) & 0x20 != 0)
  }
}
