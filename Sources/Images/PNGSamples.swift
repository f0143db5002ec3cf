/// The samples of a PNG, one number for each, and what picture they make.
struct PNGSamples {
  private let header: PNGHeader
  /// Pixel by pixel: (height, width, samples).
  private let samples: [UInt16]

  /// The samples in plain rows.
  init(_ header: PNGHeader, _ rows: [UInt8]) {
    let perRow = header.width * header.color.samples
    let depth = header.depth
    var samples: [UInt16] = []
    samples.reserveCapacity(header.height * perRow)
    for row in 0..<header.height {
      let start = row * header.rowBytes
      for index in 0..<perRow {
        switch depth {
        case 16: samples.append(UInt16(rows[start + 2 * index]) << 8 | UInt16(rows[start + 2 * index + 1]))
        case 8: samples.append(UInt16(rows[start + index]))
        default:
          // The leftmost pixel is in the highest bits.
          let bit = index * depth
          let shift = 8 - depth - bit % 8
          samples.append(UInt16(rows[start + bit / 8] >> shift) & (1 << depth - 1))
        }
      }
    }
    (self.header, self.samples) = (header, samples)
  }

  /// The picture.
  func image(palette: ArraySlice<UInt8>?, transparency: ArraySlice<UInt8>?) throws(PNGError) -> Image {
    if header.color == .palette { return try colored(Array(palette ?? []), alphas: transparency.map { Array($0) }) }
    let count = header.color.samples
    guard let transparency else { return image(channels: count, samples.map(byte)) }
    // One sample, or one colour, is transparent: compared before it is rounded to 8 bits.
    let clear = (0..<count).map { sample in
      transparency.dropFirst(2 * sample).prefix(2).reduce(UInt16(0)) { $0 << 8 | UInt16($1) }
    }
    var pixels: [UInt8] = []
    pixels.reserveCapacity(samples.count / count * (count + 1))
    for start in stride(from: 0, to: samples.count, by: count) {
      let pixel = samples[start..<start + count]
      pixels += pixel.map(byte)
      pixels.append(pixel.elementsEqual(clear) ? 0 : 255)
    }
    return image(channels: count + 1, pixels)
  }

  private func colored(_ palette: [UInt8], alphas: [UInt8]?) throws(PNGError) -> Image {
    let channels = alphas == nil ? 3 : 4
    var pixels: [UInt8] = []
    pixels.reserveCapacity(samples.count * channels)
    for sample in samples {
      let color = Int(sample)
      guard color < palette.count / 3 else {
        throw .badPixels("expected a colour of the palette's \(palette.count / 3), found number \(color)")
      }
      pixels += palette[(3 * color)..<(3 * color + 3)]
      // Colours that tRNS does not reach are opaque.
      if let alphas { pixels.append(color < alphas.count ? alphas[color] : 255) }
    }
    return image(channels: channels, pixels)
  }

  private func image(channels: Int, _ pixels: [UInt8]) -> Image {
    Image(width: header.width, height: header.height, channels: channels, pixels: pixels)
  }

  /// A sample as 8 bits, rounded to the nearest.
  private func byte(_ sample: UInt16) -> UInt8 {
    let largest = 1 << header.depth - 1
    return UInt8((Int(sample) * 255 + largest / 2) / largest)
  }
}
