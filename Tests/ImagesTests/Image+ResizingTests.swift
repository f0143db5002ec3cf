import Images
import Tensors
import Testing

@Suite("Pictures resized") struct ImageResizingTests {
  private func grey(_ width: Int, _ pixels: [UInt8]) -> Image {
    Image(width: width, height: pixels.count / width, channels: 1, pixels: pixels)
  }

  @Test("a whole number of old pixels to a new one: their mean, halves up")
  func means() {
    #expect(grey(4, [1, 2, 10, 11, 3, 4, 12, 13]).resized(width: 2, height: 1) == grey(2, [3, 12]))
    #expect(grey(2, [0, 1]).resized(width: 1, height: 1) == grey(1, [1]))
  }

  @Test("parts of pixels count by their area: 3 to 2 takes one and a half each")
  func parts() {
    #expect(grey(3, [30, 60, 90]).resized(width: 2, height: 1) == grey(2, [40, 80]))
  }

  @Test("larger: a new pixel across an edge mixes both sides")
  func larger() {
    #expect(grey(2, [0, 90]).resized(width: 3, height: 1) == grey(3, [0, 45, 90]))
    #expect(grey(1, [7]).resized(width: 3, height: 2) == grey(3, [7, 7, 7, 7, 7, 7]))
  }

  // The oracle makes the picture finer until every new pixel is a whole number of fine ones, and counts those.
  @Test("as counting fine pixels says", arguments: [(5, 3), (28, 28), (10, 7), (1, 1)], [(3, 5), (28, 28), (2, 9)])
  func fine(_ from: (Int, Int), _ to: (Int, Int)) {
    var random = SeededGenerator(seed: 5)
    let (width, height, channels) = (from.0, from.1, 3)
    let image = Image(
      width: width, height: height, channels: channels,
      pixels: (0..<width * height * channels).map { _ in UInt8(truncatingIfNeeded: random.next()) })
    let found = image.resized(width: to.0, height: to.1)
    for y in 0..<to.1 {
      for x in 0..<to.0 {
        for channel in 0..<channels {
          var sum = 0
          for fineY in y * height..<(y + 1) * height {
            for fineX in x * width..<(x + 1) * width {
              sum += Int(image.pixels[(fineY / to.1 * width + fineX / to.0) * channels + channel])
            }
          }
          let mean = (Double(sum) / Double(width * height)).rounded()
          #expect(found.pixels[(y * to.0 + x) * channels + channel] == UInt8(mean))
        }
      }
    }
  }
}
