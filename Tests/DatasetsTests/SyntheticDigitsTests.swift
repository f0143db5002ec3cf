import Datasets
import Testing

@Suite struct SyntheticDigitsTests {
  static let few = SyntheticDigits(trainCount: 200, testCount: 100)

  @Test func pinned() {
    #expect(
      SHA256Digest.hex(of: Self.few.images(.train).pixels)
        == "")
  }

  @Test func shapes() {
    let test = Self.few.images(.test)
    #expect(test.count == 100 && test.rows == 28 && test.columns == 28)
    #expect(test.labels.count == 100 && test.pixels.count == 100 * 784)
  }

  @Test(arguments: [1, 9, 10, 1003]) func classesAreBalanced(_ count: Int) {
    let labels = SyntheticDigits(trainCount: count, testCount: 1).images(.train).labels
    let counts = (0..<10).map { digit in labels.count { $0 == digit } }
    for digit in 0..<10 { #expect(counts[digit] == count / 10 || counts[digit] == count / 10 + 1) }
  }

  @Test func classesAreShuffled() {
    let labels = Self.few.images(.train).labels
    let repeats = zip(labels, labels.dropFirst()).count { $0 == $1 }
    // 199 pairs, about one in ten equal; sorted or periodic labels would have 190 or none.
    #expect((5...40).contains(repeats))
  }

  // A picture's own bytes must not depend on how many others are drawn beside it.
  @Test func aPictureDependsOnItsIndexAlone() {
    let few = SyntheticDigits(trainCount: 20, testCount: 1).images(.train)
    let many = SyntheticDigits(trainCount: 300, testCount: 1).images(.train)
    let same = (0..<20).filter { few.labels[$0] == many.labels[$0] }
    #expect(!same.isEmpty)
    for index in same {
      let place = (index * 784)..<((index + 1) * 784)
      #expect(few.pixels[place] == many.pixels[place])
    }
  }

  @Test func repeatable() { #expect(Self.few.images(.train) == Self.few.images(.train)) }

  @Test func splitsAndSeedsDiffer() {
    let one = SyntheticDigits(seed: 1, trainCount: 100, testCount: 100)
    let two = SyntheticDigits(seed: 2, trainCount: 100, testCount: 100)
    #expect(one.images(.train).pixels != one.images(.test).pixels)
    #expect(one.images(.train).pixels != two.images(.train).pixels)
    #expect(one.images(.train).labels != two.images(.train).labels)
  }

  @Test func noTwoPicturesAreAlike() {
    let images = SyntheticDigits(trainCount: 2000, testCount: 2000)
    var seen: Set<ArraySlice<UInt8>> = []
    for split in DatasetSplit.allCases {
      let pixels = images.images(split).pixels
      for index in 0..<2000 { seen.insert(pixels[(index * 784)..<((index + 1) * 784)]) }
    }
    #expect(seen.count == 4000)
  }

  // Every picture has ink, paper, and a digit that is not cut off by more than its edge.
  @Test func everyPictureIsADigitOnPaper() {
    let images = SyntheticDigits(trainCount: 5000, testCount: 1).images(.train)
    for index in 0..<images.count {
      let picture = images.pixels[(index * 784)..<((index + 1) * 784)]
      let ink = picture.count { $0 > 96 }
      #expect((20...400).contains(ink), "picture \(index) has \(ink) inked pixels")
    }
  }
}
