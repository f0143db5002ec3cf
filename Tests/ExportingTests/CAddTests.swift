import Exporting
import Kernels
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// The sum of two values, for every pair of bytes.
@Suite(.enabled(if: !CCompiler.all.isEmpty, Comment(rawValue: CCompiler.absence)))
struct CAddTests {
  /// Every pair of bytes as an image of two channels.
  private static let pairs =
    (0..<256).flatMap { row in (0..<256).map { _ in UInt8(row) } }
    + (0..<256).flatMap { _ in (0..<256).map { UInt8($0) } }

  /// Two convolutions that take one channel each as it is, and their sum.
  private func model(
    _ left: QuantizationParameters, _ right: QuantizationParameters, _ sum: QuantizationParameters, relu: Bool,
    _ profile: NumericProfile
  ) throws -> QuantizedModel {
    let network = Network(
      2, 256, 256,
      layers: [
        Layer("a", .conv2d(Conv2d(out: 1, kernel: 1)), inputs: [Network.inputName]),
        Layer("b", .conv2d(Conv2d(out: 1, kernel: 1)), inputs: [Network.inputName]),
        Layer("sum", .add(Add(relu: relu)), inputs: ["a", "b"]),
      ])
    // A step of the input times a weight of 1 is a step of the output: the weight's scale makes it so.
    let input = try QuantizationParameters.u8(1 / 255, 0)
    return try QuantizedModel(
      network, scales: [Network.inputName: input, "a": left, "b": right, "sum": sum],
      weightScales: ["a": [left.scale * 255], "b": [right.scale * 255]], bias: 0, profile: profile
    ) { name, index in (name == "a") == (index == 0) ? 1 : 0 }
  }

  // Scales near and far apart, to where one term is lost beside the other; sums on ties; steps from one byte for all
  // sums to far fewer than bytes.
  @Test func everyPairGivesTheEnginesByte() throws {
    var random = SeededGenerator(seed: 77)
    var subjects: [CModelRun.Subject] = []
    for (a, b, s) in [
      (1, 1, 1), (1, 1, 2), (1, 0.5, 2), (0.1, 0.3, 0.17), (0.25, 0x1p-20, 0.3), (0x1p-24, 1, 1), (0x1p-30, 0x1p4, 1),
      (0x1p-40, 0x1p4, 1), (0x1p-30, 0x1p10, 0x1p-30), (0.0117, 0.0093, 0.0151), (1.0001, 1, 0.5),
      (0x1p-60, 0x1p-60, 0x1p-60),
      (0x1p-63, 0x1p40, 0x1p-10), (1, 0x1.8p-9, 0x1p-9), (0x1p60, 0x1.8p60, 0x1p62), (0.02, 0.02, 100),
    ] as [(Float, Float, Float)] {
      for profile in [NumericProfile.octavo, .qnnpack] {
        let zeros = random.integers(3, 0...255 as ClosedRange<Int32>)
        let relu = random.below(2) == 0
        let isSigned = profile == .octavo && random.below(2) == 0
        let sum: QuantizationParameters = try isSigned ? .s8(s, zeros[2] - 128) : .u8(s, min(zeros[2], 254))
        let model = try model(.u8(a, zeros[0]), .u8(b, zeros[1]), sum, relu: relu && zeros[2] < 254, profile)
        subjects.append(.init(name: "\(a) \(b) \(s) \(zeros) \(relu) \(profile)", model: model, pixels: Self.pairs))
      }
    }
    let run = try CModelRun(subjects)
    for compiler in CCompiler.all.prefix(1) { try run.expectTheEngines(run.answers(compiler)) }
  }

  /// Where a real number stands among all: its bits, those of a negative one counted down.
  private func key(_ x: Float) -> Int32 {
    x.sign == .minus ? -Int32(bitPattern: x.magnitude.bitPattern) : Int32(bitPattern: x.bitPattern)
  }

  // The sum by itself: terms of all sizes, signs and distances, that cancel but for a bit, that round to the even, up to
  // the next power of two, and among the least numbers that there are.
  @Test func sumsAreThoseOfFloats() throws {
    var random = SeededGenerator(seed: 12)
    let significands: [UInt32] = [0, 1, 2, 3, 0x7F_FFFF, 0x7F_FFFE, 0x40_0000, 0x3F_FFFF]
    func number(exponent: Int) -> Float {
      let significand = random.below(2) == 0 ? significands[random.below(8)] : UInt32(random.below(1 << 23))
      return Float(bitPattern: UInt32(random.below(2)) << 31 | UInt32(min(max(exponent, 0), 253)) << 23 | significand)
    }
    let pairs = (0..<500_000).map { _ in
      let exponent = random.below(8) == 0 ? random.below(30) : random.below(254)
      let left = number(exponent: exponent)
      let right = random.below(16) == 0 ? -left.nextUp : number(exponent: exponent + random.below(71) - 35)
      return (left, right)
    }
    let found = try CFunctionRun.answers(
      "sum_of_reals((uint32_t)c[0], (uint32_t)c[1])",
      in: model(.u8(1, 0), .u8(1, 0), .u8(1, 0), relu: false, .octavo),
      words: pairs.map { [Int32(bitPattern: $0.bitPattern), Int32(bitPattern: $1.bitPattern)] })
    let wrong = zip(pairs, found).filter { key($0.0 + $0.1) != $1 }
    #expect(wrong.isEmpty, "\(wrong.count) differ, the first \(String(describing: wrong.first))")
  }
}
