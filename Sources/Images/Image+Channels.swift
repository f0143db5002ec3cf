extension Image {
  /// The picture in grey: (299 R + 587 G + 114 B + 500) / 1000, rounded down, which is the luma of ITU-R BT.601 rounded to
  /// the nearest. Alpha stays.
  public var grey: Image {
    guard channels >= 3 else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(width * height * (channels - 2))
    for pixel in stride(from: 0, to: pixels.count, by: channels) {
      let (red, green, blue) = (Int(pixels[pixel]), Int(pixels[pixel + 1]), Int(pixels[pixel + 2]))
      result.append(UInt8((299 * red + 587 * green + 114 * blue + 500) / 1000))
      if hasAlpha { result.append(pixels[pixel + 3]) }
    }
    return Image(width: width, height: height, channels: channels - 2, pixels: result)
  }

  /// The picture in colour: grey becomes three equal channels. Alpha stays.
  public var rgb: Image {
    guard channels <= 2 else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(width * height * (channels + 2))
    for pixel in stride(from: 0, to: pixels.count, by: channels) {
      result += [pixels[pixel], pixels[pixel], pixels[pixel]]
      if hasAlpha { result.append(pixels[pixel + 1]) }
    }
    return Image(width: width, height: height, channels: channels + 2, pixels: result)
  }

  /// The picture on white paper, without alpha: (alpha * value + (255 - alpha) * 255) / 255, rounded to the nearest.
  public var opaque: Image {
    guard hasAlpha else { return self }
    var result: [UInt8] = []
    result.reserveCapacity(width * height * (channels - 1))
    for pixel in stride(from: 0, to: pixels.count, by: channels) {
      let alpha = Int(pixels[pixel + channels - 1])
      for value in pixels[pixel..<pixel + channels - 1] {
        result.append(UInt8((alpha * Int(value) + (255 - alpha) * 255 + 127) / 255))
      }
    }
    return Image(width: width, height: height, channels: channels - 1, pixels: result)
  }

  /// The picture with light and dark exchanged: 255 - value. Alpha stays.
  public var inverted: Image {
    let result = pixels.indices.map { hasAlpha && ($0 + 1) % channels == 0 ? pixels[$0] : 255 - pixels[$0] }
    return Image(width: width, height: height, channels: channels, pixels: result)
  }

  /// The pixels as networks take them: channel by channel, row by row. // (channels, height, width)
  public var planes: [UInt8] {
    (0..<channels).flatMap { channel in stride(from: channel, to: pixels.count, by: channels).map { pixels[$0] } }
  }
}
