extension Image {
  /// The picture stretched to another size: each new pixel is the mean of the area that it covers, weighted by how much
  /// of each old pixel lies in it.
  ///
  /// The weights are integers: a new pixel is as wide as `self.width` units, an old one as `width`. The sum is rounded
  /// once, to the nearest, halves up. Sides keep no ratio. A picture of that size stays as it is.
  /// - Precondition: both sides are above 0.
  public func resized(width: Int, height: Int) -> Image {
    precondition(width > 0 && height > 0, "a picture has pixels")
    guard (width, height) != (self.width, self.height) else { return self }
    let (columns, rows) = (Self.shares(self.width, over: width), Self.shares(self.height, over: height))
    let (stride, area) = (self.width * channels, self.width * self.height)
    var result: [UInt8] = []
    result.reserveCapacity(width * height * channels)
    for row in rows {
      for column in columns {
        for channel in 0..<channels {
          var sum = 0
          for (y, tall) in row {
            let line = column.reduce(0) { $0 + $1.weight * Int(pixels[y * stride + $1.index * channels + channel]) }
            sum += tall * line
          }
          result.append(UInt8((sum + area / 2) / area))
        }
      }
    }
    return Image(width: width, height: height, channels: channels, pixels: result)
  }

  /// For each of `target` new pixels in a line, the old ones of `source` that it covers, and how many units of each. The
  /// line is `source * target` units long.
  private static func shares(_ source: Int, over target: Int) -> [[(index: Int, weight: Int)]] {
    (0..<target).map { new in
      let (low, high) = (new * source, (new + 1) * source)
      return (low / target...(high - 1) / target).map { old in
        (old, min(high, (old + 1) * target) - max(low, old * target))
      }
    }
  }
}
