import Images
import Testing

@Suite("Channels of pictures") struct ImageChannelsTests {
  private func pixel(_ values: [UInt8]) -> Image {
    Image(width: 1, height: 1, channels: values.count, pixels: values)
  }

  @Test("grey by BT.601: the primaries, and equal parts stay")
  func grey() {
    #expect(pixel([255, 0, 0]).grey == pixel([76]))
    #expect(pixel([0, 255, 0]).grey == pixel([150]))
    #expect(pixel([0, 0, 255]).grey == pixel([29]))
    for value in 0...255 {
      let value = UInt8(value)
      #expect(pixel([value, value, value, 9]).grey == pixel([value, 9]))
    }
  }

  @Test func colour() {
    #expect(pixel([7]).rgb == pixel([7, 7, 7]))
    #expect(pixel([7, 9]).rgb == pixel([7, 7, 7, 9]))
    #expect(pixel([1, 2, 3]).rgb == pixel([1, 2, 3]))
  }

  @Test("on white paper: opaque stays, transparent is white, half is between")
  func paper() {
    #expect(pixel([10, 255]).opaque == pixel([10]))
    #expect(pixel([10, 20, 30, 0]).opaque == pixel([255, 255, 255]))
    #expect(pixel([0, 127]).opaque == pixel([128]))
  }

  @Test("inverted: alpha stays")
  func inverted() {
    #expect(pixel([0, 40]).inverted == pixel([255, 40]))
    #expect(pixel([1, 2, 3]).inverted == pixel([254, 253, 252]))
  }

  @Test func planes() {
    #expect(Image(width: 2, height: 1, channels: 3, pixels: [1, 2, 3, 4, 5, 6]).planes == [1, 4, 2, 5, 3, 6])
  }
}
