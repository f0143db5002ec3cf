import Dispatch
import Tensors

/// The built-in data set: digits that a program writes, in the shape of MNIST, for machines without a network.
///
/// Each picture is a glyph's skeleton, shaken, bent and slanted at random and drawn with a pen of random width.
/// A picture depends on the seed, the split and its own index and on nothing else: not on the number of threads,
/// nor on the machine. Coordinates use only operations that IEEE 754 rounds correctly (`+ - * /`, square root),
/// no function of the C library and no draw of the standard library.
///
/// They are not MNIST: a figure measured on them says nothing about MNIST.
public struct SyntheticDigits: Sendable, Equatable {
  /// What all randomness starts from.
  public var seed: UInt64
  /// Pictures to train on, at least one.
  public var trainCount: Int
  /// Pictures to test on, at least one.
  public var testCount: Int

  /// A generator of as many pictures as MNIST has, unless told otherwise.
  public init(seed: UInt64 = 1, trainCount: Int = 60_000, testCount: Int = 10_000) {
    self.seed = seed
    self.trainCount = trainCount
    self.testCount = testCount
  }

  /// All pictures of a half. The ten classes are equally frequent, as far as the count allows, and shuffled.
  /// - Precondition: the half has a picture.
  public func images(_ half: DatasetHalf) -> ImageSet {
    let count = half == .train ? trainCount : testCount
    precondition(count > 0, "a half needs a picture, not \(count)")
    var splitDraws = SeededGenerator(seed: seed, stream: half == .train ? 1 : 2)
    let pictureSeed = splitDraws.next()
    let labels = splitDraws.permutation(count).map { UInt8($0 % 10) }
    let area = PenRaster.side * PenRaster.side
    let pixels = [UInt8](unsafeUninitializedCapacity: count * area) { buffer, written in
      // Each block of pictures has its own part of the buffer, so the threads never meet.
      nonisolated(unsafe) let buffer = buffer
      let block = 128
      DispatchQueue.concurrentPerform(iterations: (count + block - 1) / block) { part in
        for index in (part * block)..<min((part + 1) * block, count) {
          var draws = SeededGenerator(seed: pictureSeed, stream: UInt64(index) + 1)
          let picture = UnsafeMutableBufferPointer(rebasing: buffer[(index * area)..<((index + 1) * area)])
          Self.write(Int(labels[index]), into: picture, draws: &draws)
        }
      }
      written = count * area
    }
    return ImageSet(shape: [1, PenRaster.side, PenRaster.side], pixels: pixels, labels: labels)
  }

  private static func write(
    _ digit: Int, into pixels: UnsafeMutableBufferPointer<UInt8>, draws: inout SeededGenerator
  ) {
    let hand = Handwriting(draws: &draws)
    let glyphs = Glyph.byDigit[digit]
    let paths = hand.paths(of: glyphs[draws.below(glyphs.count)], draws: &draws)
    var raster = PenRaster()
    for path in paths { raster.draw(path, startRadius: hand.startRadius, endRadius: hand.endRadius) }
    for index in pixels.indices {
      let grain = 1 - hand.grain * draws.unit()
      let ink = raster.coverage(at: index, softness: hand.softness) * hand.brightness * grain
      let value = ink + hand.dust * draws.unit()
      pixels[index] = UInt8(min(value, 255).rounded())
    }
  }
}
