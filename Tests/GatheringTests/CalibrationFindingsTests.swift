import Findings
import Gathering
import Quantization
import Tensors
import Testing

@Suite struct CalibrationFindingsTests {
  private func images(_ count: Int, channels: Int = 1) -> ImageSet {
    ImageSet(
      shape: [channels, 1, 1], pixels: (0..<count * channels).map { UInt8(truncatingIfNeeded: $0) },
      labels: [UInt8](repeating: 0, count: count))
  }

  private func set(_ images: Int, _ order: CalibrationSet.Order = .file, seed: UInt64 = 0) -> CalibrationSet {
    CalibrationSet(batches: images, batchSize: 1, order: order, seed: seed)
  }

  // A sheet of a million pictures would be a page that nobody can open.
  @Test func ofManyImagesTheFirstAreDrawn() throws {
    let sheets = try CalibrationFindings.sheets(of: [("a", set(2049))], images: images(3000))
    #expect(sheets.map(\.title) == ["2049 batches of 1 training images, in the file's order, the first 2,048 of them"])
    #expect(sheets[0].sheet.width == 32 && sheets[0].sheet.height == 64)
    #expect(sheets[0].sheet.pixels.last == UInt8(truncatingIfNeeded: 2047))
    #expect(try CalibrationFindings.sheets(of: [("a", set(2048))], images: images(3000))[0].title.hasSuffix("order"))
  }

  @Test func setsThatDifferHaveTheirOwnSheets() throws {
    let schemes: [(name: String, set: CalibrationSet?)] = [
      ("a", set(3)), ("b", nil), ("c", set(3, .shuffled, seed: 1)), ("d", set(3)), ("e", set(3, .shuffled, seed: 2)),
    ]
    let sheets = try CalibrationFindings.sheets(of: schemes, images: images(40))
    #expect(sheets.map(\.schemes) == [["a", "d"], ["c"], ["e"]])
    #expect(sheets[1].title == "3 batches of 1 training images, shuffled by seed 1")
    #expect(Array(sheets[0].sheet.pixels.prefix(4)) == [0, 1, 2, 0])
  }

  @Test func colouredImagesAreNotDrawn() throws {
    #expect(try CalibrationFindings.sheets(of: [("a", set(3))], images: images(5, channels: 3)).isEmpty)
  }
}
