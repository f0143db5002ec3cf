import Datasets
import Testing

@Suite struct IDXTests {
  @Test func readsImages() throws {
    let idx = try IDX(parsing: TinyDataset.trainImages.plain, file: "f", rank: 3)
    #expect(idx.dimensions == [4, 2, 3])
    let elements = (0..<24).map { UInt8(($0 * 37 + 11) % 256) }
    #expect(idx.elements == elements)
  }

  @Test func readsLabels() throws {
    let idx = try IDX(parsing: TinyDataset.trainLabels.plain, file: "f", rank: 1)
    #expect(idx == IDX(dimensions: [4], elements: [3, 1, 4, 9]))
  }

  @Test func writesWhatItReads() throws {
    #expect(IDX(dimensions: [2], elements: [5, 0]).encoded == TinyDataset.testLabels.plain)
    // A size that needs all of its bytes would show an order that is not big-endian.
    #expect(
      Array(IDX(dimensions: [0x1_0203], elements: .init(repeating: 0, count: 0x1_0203)).encoded[..<8])
        == [0, 0, 8, 1, 0, 1, 2, 3])
  }

  @Test func labelsAreNotImages() {
    let bytes = TinyDataset.trainLabels.plain + .init(repeating: 0, count: 20)
    #expect(throws: IDXError.wrongMagic(file: "f", expected: 0x803, found: 0x801)) {
      try IDX(parsing: bytes, file: "f", rank: 3)
    }
  }

  @Test func floatsAreNotBytes() {
    #expect(throws: IDXError.wrongMagic(file: "f", expected: 0x801, found: 0xD01)) {
      try IDX(parsing: [0, 0, 0xD, 1, 0, 0, 0, 1, 0], file: "f", rank: 1)
    }
  }

  @Test func headerCutAtEveryByte() {
    for length in 0..<16 {
      #expect(throws: IDXError.shortHeader(file: "f", expected: 16, found: length)) {
        try IDX(parsing: Array(TinyDataset.trainImages.plain[..<length]), file: "f", rank: 3)
      }
    }
  }

  @Test func tooShort() {
    #expect(throws: IDXError.wrongLength(file: "f", expected: 40, found: 39)) {
      try IDX(parsing: Array(TinyDataset.trainImages.plain.dropLast()), file: "f", rank: 3)
    }
  }

  @Test func tooLong() {
    #expect(throws: IDXError.wrongLength(file: "f", expected: 40, found: 41)) {
      try IDX(parsing: TinyDataset.trainImages.plain + [0], file: "f", rank: 3)
    }
  }

  @Test func emptyDimension() {
    #expect(throws: IDXError.emptyDimension(file: "f", index: 0)) {
      try IDX(parsing: [0, 0, 8, 1, 0, 0, 0, 0], file: "f", rank: 1)
    }
  }

  @Test func hugeDimensions() {
    let bytes: [UInt8] = [0, 0, 8, 3] + .init(repeating: 0xFF, count: 12)
    #expect(throws: IDXError.tooLarge(file: "f")) { try IDX(parsing: bytes, file: "f", rank: 3) }
  }

  @Test func messagesNameTheFile() {
    #expect(
      "\(IDXError.wrongMagic(file: "a", expected: 2051, found: 2049))"
        == "a: expected the IDX magic number 2051, found 2049")
  }
}
