/// What a PNG file's first chunk says of its picture.
struct PNGHeader {
  /// What a pixel is made of.
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

  let width: Int
  let height: Int
  /// Bits of a sample: 1, 2, 4 or 8.
  let depth: Int
  let color: Color

  /// Bytes of a row, without its filter.
  var rowBytes: Int { (width * color.samples * depth + 7) / 8 }

  init(_ chunk: [UInt8], file: String) throws(PNGError) {
    guard chunk.count == 13 else { throw .badHeader(file: file, "13 bytes", found: "\(chunk.count)") }
    (width, height, depth) = (chunk.bigEndian(at: 0), chunk.bigEndian(at: 4), Int(chunk[8]))
    guard let color = Color(rawValue: chunk[9]), color.depths.contains(chunk[8]), chunk[10] == 0, chunk[11] == 0,
      chunk[12] < 2
    else {
      throw .badHeader(
        file: file, "a colour type, depth and method that PNG has",
        found: "colour type \(chunk[9]), depth \(chunk[8]), methods \(chunk[10]), \(chunk[11]) and \(chunk[12])")
    }
    self.color = color
    guard depth <= 8 else { throw .tooDeep(file: file, found: depth) }
    guard chunk[12] == 0 else { throw .interlaced(file: file) }
    let sizes = 1...1 << 20
    guard sizes.contains(width), sizes.contains(height), height * (rowBytes + 1) <= PNG.largestPicture else {
      throw .badHeader(
        file: file, "a picture of 1 pixel to \(PNG.largestPicture >> 20) MiB", found: "\(width)x\(height)")
    }
  }

  /// Undoes the filters of the rows and takes their samples apart: (height, width, samples), one byte each.
  func samples(of rows: [UInt8], file: String) throws(PNGError) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: height * rowBytes)
    // The filters look back by a whole pixel, or by a byte where several pixels share one.
    let step = max(1, color.samples * depth / 8)
    for y in 0..<height {
      let (source, target) = (y * (rowBytes + 1), y * rowBytes)
      guard let filter = PNGFilter(rawValue: rows[source]) else {
        throw .badData(file: file, reason: "expected a filter 0 to 4 in row \(y), found \(rows[source])")
      }
      for x in 0..<rowBytes {
        let left = x >= step ? bytes[target + x - step] : 0
        let up = y > 0 ? bytes[target - rowBytes + x] : 0
        let corner = x >= step && y > 0 ? bytes[target - rowBytes + x - step] : 0
        bytes[target + x] = rows[source + 1 + x] &+ filter.prediction(left: left, up: up, corner: corner)
      }
    }
    guard depth < 8 else { return bytes }
    return (0..<height).flatMap { y in
      (0..<width * color.samples).map { x in
        let bit = x * depth
        return bytes[y * rowBytes + bit / 8] >> UInt8(8 - depth - bit % 8) & UInt8(1 << depth - 1)
      }
    }
  }

  /// What samples stand for: (height, width, channels) of 8 bits, and the channels.
  func colors(of samples: [UInt8], palette: [UInt8]?, file: String) throws(PNGError) -> ([UInt8], channels: Int) {
    switch color {
    case .grey: return (samples.map { UInt8(Int($0) * 255 / (1 << depth - 1)) }, 1)
    case .rgb: return (samples, 3)
    case .palette:
      let palette = palette ?? []
      if let index = samples.first(where: { Int($0) >= palette.count / 3 }) {
        throw .badData(file: file, reason: "expected colours 0 to \(palette.count / 3 - 1), found \(index)")
      }
      return (samples.flatMap { palette[3 * Int($0)..<3 * Int($0) + 3] }, 3)
    case .greyAlpha, .rgba:
      let step = color.samples
      guard stride(from: step - 1, to: samples.count, by: step).allSatisfy({ samples[$0] == 255 }) else {
        throw .transparent(file: file)
      }
      return (samples.enumerated().filter { $0.offset % step != step - 1 }.map(\.element), step - 1)
    }
  }
}

/// How a row's bytes were predicted from those before them, before the difference was compressed.
enum PNGFilter: UInt8 {
  case none
  case sub
  case up
  case average
  case paeth

  func prediction(left: UInt8, up: UInt8, corner: UInt8) -> UInt8 {
    switch self {
    case .none: return 0
    case .sub: return left
    case .up: return up
    case .average: return UInt8((Int(left) + Int(up)) / 2)
    case .paeth:
      let estimate = Int(left) + Int(up) - Int(corner)
      let (a, b, c) = (abs(estimate - Int(left)), abs(estimate - Int(up)), abs(estimate - Int(corner)))
      return a <= b && a <= c ? left : b <= c ? up : corner
    }
  }
}
