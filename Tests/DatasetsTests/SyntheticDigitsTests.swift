import Datasets
import Files
import Testing

@Suite struct SyntheticDigitsTests {
  static let few = SyntheticDigits(trainCount: 200, testCount: 100)

  // Recorded from the generator itself (optimised and not, on x86-64). A change here is a change of the data set,
  // so figures measured before and after do not compare.
  @Test func pinnedFew() {
    let train = Self.few.images(.train)
    let test = Self.few.images(.test)
    #expect(
      SHA256Digest.hex(of: train.pixels)
        == "ed502ea7447ba5b1d3fcec9ac5d21312caf298dddcf8d145789c3f86be69025e")
    #expect(
      SHA256Digest.hex(of: train.labels)
        == "71b12f195f36ed3657c4b65900149db9db84773906acf6e5337cbfc60866bc90")
    #expect(
      SHA256Digest.hex(of: test.pixels)
        == "e44ddd9aa40961ecf3b03de932dc894ef2f720251606aa0d88466133df1c87ae")
    #expect(
      SHA256Digest.hex(of: test.labels)
        == "65a2813f19f70f2ba0975fc543490dd7b22e98b86d22d8250a92580891f83942")
  }

  // The IDX files of the full set, as `sha256sum` gives them.
  @Test func pinnedFull() {
    let digests = DatasetHalf.allCases.map { split in
      let images = SyntheticDigits().images(split)
      let pixels = IDX(dimensions: [images.count, images.shape[1], images.shape[2]], elements: images.pixels)
      let labels = IDX(dimensions: [images.count], elements: images.labels)
      return [SHA256Digest.hex(of: pixels.encoded), SHA256Digest.hex(of: labels.encoded)]
    }
    let train = [
      "f7a2adfe5a88c457b113c4c9ae2e0746ad7c42e912b72bb34d11c781ecf6ec02",
      "1864551e2d62623579b6ef487d72b696d3d7d46f32337e0c3de288b5a8aa832d",
    ]
    let test = [
      "1c18389739a2231081a389c11e4d8af3b52dc23c9765c6a47859a8675531e6b7",
      "9398793b02eb634a3e44d2e7a571a86a9b9b323f568fa1e4dbf58d0e125150fd",
    ]
    #expect(digests == [train, test])
  }

  @Test func shapes() {
    let test = Self.few.images(.test)
    #expect(test.count == 100 && test.shape == [1, 28, 28])
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
    for split in DatasetHalf.allCases {
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

  // The plainest of classifiers, the nearest mean picture: labels that did not belong to their pictures would leave
  // it at 10 %, and pictures without variation would bring it near 100 %.
  @Test func labelsBelongToTheirPictures() {
    let digits = SyntheticDigits(trainCount: 3000, testCount: 1000)
    let train = digits.images(.train)
    var means = [[Double]](repeating: .init(repeating: 0, count: 784), count: 10)
    for (index, label) in train.labels.enumerated() {
      for pixel in 0..<784 { means[Int(label)][pixel] += Double(train.pixels[index * 784 + pixel]) / 300 }
    }
    let test = digits.images(.test)
    let right = test.labels.indices.count { index in
      let distances = means.map { mean in
        (0..<784).reduce(0.0) { sum, pixel in
          let difference = mean[pixel] - Double(test.pixels[index * 784 + pixel])
          return sum + difference * difference
        }
      }
      return distances.firstIndex(of: distances.min() ?? 0) == Int(test.labels[index])
    }
    #expect((500...900).contains(right), "\(right) of 1000 were right")
  }
}
