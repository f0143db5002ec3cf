/// A picture: 8 bits a channel, pixel by pixel.
public struct Image: Sendable, Equatable {
  /// Pixels in a row.
  public let width: Int
  /// Rows.
  public let height: Int
  /// 1: grey. 2: grey and alpha. 3: red, green, blue. 4: those and alpha.
  public let channels: Int
  /// Row by row, a pixel's channels side by side: (height, width, channels). An alpha of 0 is transparent, 255 opaque.
  public let pixels: [UInt8]

  /// A picture of the given pixels.
  /// - Precondition: there are `width * height * channels` of them, at least one, and 1 to 4 channels.
  public init(width: Int, height: Int, channels: Int, pixels: [UInt8]) {
    precondition(
      width > 0 && height > 0 && (1...4).contains(channels) && pixels.count == width * height * channels,
      "\(width)x\(height) pixels of \(channels) channels, \(pixels.count) bytes")
    (self.width, self.height, self.channels, self.pixels) = (width, height, channels, pixels)
  }

  /// Whether the last channel is alpha.
  public var hasAlpha: Bool { channels == 2 || channels == 4 }

  /// Whether nothing shines through any pixel.
  public var isOpaque: Bool {
    !hasAlpha || stride(from: channels - 1, to: pixels.count, by: channels).allSatisfy { pixels[$0] == 255 }
  }
}
