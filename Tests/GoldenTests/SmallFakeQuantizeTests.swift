import Foundation
import Kernels
import Tensors
import Testing

/// Fake quantization against PyTorch's operators: `fake_quantize` in `Small`.
@Suite struct SmallFakeQuantizeTests {
  private struct Settings: Decodable {
    struct PerTensor: Decodable {
      let scale: Float
      let (zero_point, quant_min, quant_max): (Int32, Int32, Int32)

      enum CodingKeys: String, CodingKey { case scale, zero_point, quant_min, quant_max }

      init(from decoder: any Decoder) throws {
        let keys = try decoder.container(keyedBy: CodingKeys.self)
        func integer(_ key: CodingKeys) throws -> Int32 { try keys.decode(Int32.self, forKey: key) }
        scale = try keys.decode(Float.self, forKey: .scale)
        (zero_point, quant_min, quant_max) = (
          try integer(.zero_point), try integer(.quant_min), try integer(.quant_max)
        )
      }
    }
    struct PerChannel: Decodable {
      let scales: [Float]
      let zero_points: [Int32]
      let quant_min: Int32
      let quant_max: Int32
    }
    struct Kinds: Decodable {
      let per_tensor: [String: PerTensor]
      let per_channel: [String: PerChannel]
      let learnable: [String: PerTensor]
    }
    let fake_quantize: Kinds
  }

  private func settings() throws -> Settings.Kinds {
    let data = try Data(contentsOf: SmallGolden.folder.appendingPathComponent("small.json"))
    return try JSONDecoder().decode(Settings.self, from: data).fake_quantize
  }

  /// Values as they leave fake quantization, and the gradient that passes through it.
  private func run(
    _ x: [Float], _ dy: [Float], scale: Float, zeroPoint: Int32, _ low: Int32, _ high: Int32, _ set: InstructionSet
  ) throws -> (output: [Float], gradient: [Float]) {
    let kernels = try Kernels(set)
    var (output, gradient) = (x, dy)
    // PyTorch multiplies by the scale's reciprocal.
    let (reciprocal, one) = (1 / scale, Float(1))
    withUnsafePointer(to: reciprocal) { reciprocal in
      withUnsafePointer(to: one) { one in
        let grid = FakeQuantization(
          factor: reciprocal, isPerColumn: false, divides: false,
          range: Float(low - zeroPoint)...Float(high - zeroPoint))
        kernels.fakeQuantize(m: 1, n: x.count, x: x, grid, out: &output)
        kernels.fakeQuantizeBackward(m: 1, n: x.count, x: x, grid, slope: one, dy: dy, dx: &gradient)
      }
    }
    return (output.map { scale * $0 }, gradient)
  }

  private func tensors(_ name: String) throws -> (x: [Float], dy: [Float], output: [Float], dx: [Float]) {
    let golden = try SmallGolden.shared.get()
    func values(_ part: String) throws -> [Float] {
      try #require(golden.file.tensors["fake_quantize.\(name).\(part)"]?.f32)
    }
    return (try values("input"), try values("output_gradient"), try values("output"), try values("input_gradient"))
  }

  // Ties, values beyond both ends, zero points at the ends: every value and every gradient to the bit.
  @Test(arguments: InstructionSet.available) func perTensor(_ set: InstructionSet) throws {
    let settings = try settings().per_tensor
    #expect(settings.count >= 6)
    for (name, s) in settings {
      let golden = try tensors("per_tensor.\(name)")
      let found = try run(
        golden.x, golden.dy, scale: s.scale, zeroPoint: s.zero_point, s.quant_min, s.quant_max, set)
      #expect(found.output == golden.output, "\(name)")
      #expect(found.gradient == golden.dx, "\(name)")
      #expect(golden.dx.contains(0) && golden.dx.contains { $0 != 0 }, "\(name): some values are clipped, some pass")
    }
  }

  @Test(arguments: InstructionSet.available) func perChannel(_ set: InstructionSet) throws {
    for (name, s) in try settings().per_channel where name.hasSuffix("axis-0") {
      let golden = try tensors("per_channel.\(name)")
      let size = golden.x.count / s.scales.count
      for channel in s.scales.indices {
        let part = channel * size..<(channel + 1) * size
        let found = try run(
          Array(golden.x[part]), Array(golden.dy[part]), scale: s.scales[channel], zeroPoint: s.zero_points[channel],
          s.quant_min, s.quant_max, set)
        #expect(found.output[...] == golden.output[part], "\(name), channel \(channel)")
        #expect(found.gradient[...] == golden.dx[part], "\(name), channel \(channel)")
      }
    }
  }
  // PyTorch's learnable quantizer adds the zero point before it rounds, and takes a negative one a step towards zero.
  // By its own rule its sum is what was recorded; a term of ours is that term, but for values halfway between integers
  // and a negative zero point. Sums of 64 terms of at most 255 in float: 2^-20 of that.
  @Test(arguments: InstructionSet.available) func theScaleLearnsAsInPyTorch(_ set: InstructionSet) throws {
    let kernels = try Kernels(set)
    for (name, s) in try settings().learnable {
      let golden = try tensors("learnable.\(name)")
      let gradient = try #require(
        SmallGolden.shared.get().file.f32("fake_quantize.learnable.\(name).scale_gradient").first)
      var (sum, compared) = (0.0, 0)
      for (x, dy) in zip(golden.x, golden.dy) {
        let theirs = Self.scaleTerm(x, s) * Double(dy)
        sum += theirs
        let steps = abs(x / s.scale)
        if abs(steps - steps.rounded(.down) - 0.5) < 0x1p-12 || s.zero_point < 0 { continue }
        let ours = scaleTerm(x, dy, s, kernels)
        #expect(abs(ours - theirs) <= abs(theirs) * 0x1p-20 + 0x1p-16, "\(name): \(x)")
        compared += 1
      }
      #expect(abs(Float(sum) - gradient) <= 255 * 64 * 0x1p-20, "\(name)")
      #expect(compared > 30 || s.zero_point < 0)
    }
  }

  /// What a value adds to the scale's gradient, as PyTorch has it.
  private static func scaleTerm(_ x: Float, _ s: Settings.PerTensor) -> Double {
    let reciprocal = 1 / s.scale
    let zeroPoint = Int32(Float(s.zero_point) + 0.5)
    let integer = Float(zeroPoint).addingProduct(x, reciprocal).rounded(.toNearestOrEven)
    if integer < Float(s.quant_min) { return Double(s.quant_min - zeroPoint) }
    if integer > Float(s.quant_max) { return Double(s.quant_max - zeroPoint) }
    return (Double(integer) - Double(zeroPoint)) - Double(x) / Double(s.scale)
  }

  private func scaleTerm(_ x: Float, _ dy: Float, _ s: Settings.PerTensor, _ kernels: Kernels) -> Double {
    var sum = 0.0
    withUnsafePointer(to: 1 / s.scale) { reciprocal in
      let grid = FakeQuantization(
        factor: reciprocal, isPerColumn: false, divides: false,
        range: Float(s.quant_min - s.zero_point)...Float(s.quant_max - s.zero_point))
      kernels.fakeQuantizeScaleGradient(m: 1, n: 1, x: [x], grid, dy: [dy], sum: &sum)
    }
    return sum
  }
}
