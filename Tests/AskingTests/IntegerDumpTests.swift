import Asking
import Checkpoints
import Kernels
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct IntegerDumpTests {
  private let model: QuantizedModel
  init() throws { model = try QuantizedModel(random: Sample.network, profile: .octavo) }

  private func dump(_ model: QuantizedModel) throws -> Checkpoint {
    try IntegerDump(of: [Sample.picture(Sample.pixels)], by: [Sample.int8(model)], compute: Compute()).checkpoint
  }

  @Test("each layer's integers follow from those before it, and the last ones are the scores")
  func follows() throws {
    let dump = try dump(model)
    let input = try #require(model.scales["quant"])
    #expect(try dump.u8("input.pixels", shape: [1, 4, 4]) == Sample.pixels)
    #expect(
      try dump.u8("quant", shape: [1, 4, 4])
        == Sample.pixels.map { UInt8(input.quantize(Float($0) / 255, rule: .divide)) })
    let conv = try dump.u8("l0", shape: [3, 4, 4])
    // A pool of two by two takes the largest of its window, channel by channel.
    var pooled: [UInt8] = []
    for first in stride(from: 0, to: 48, by: 16) {
      for corner in [first, first + 2, first + 8, first + 10] {
        pooled.append([corner, corner + 1, corner + 4, corner + 5].map { conv[$0] }.max() ?? 0)
      }
    }
    #expect(try dump.u8("l1", shape: [3, 2, 2]) == pooled)
    #expect(try dump.u8("l2", shape: [12]) == pooled)
    let (scale, zero) = (try dump.f32("l3.scale", shape: [])[0], try dump.s32("l3.zero_point", shape: [])[0])
    let scores = try Predictions(
      of: [Sample.picture(Sample.pixels)], by: [Sample.int8(model)], compute: Compute()
    ).said[0][0].scores
    #expect(try dump.u8("l3", shape: [3]).map { scale * Float(Int32($0) - zero) } == scores)
  }

  // A pool's integers mean what the convolution's do. Would catch a scale that is left out, or the next one's.
  @Test("a layer that keeps a scale says which")
  func keptScales() throws {
    let dump = try dump(model)
    for part in ["scale", "zero_point", "range"] {
      for name in ["l1", "l2"] { #expect(try dump.tensor("\(name).\(part)") == dump.tensor("l0.\(part)")) }
      #expect(try dump.tensor("l0.\(part)") == model.tensors["l0.\(part)"])
    }
    #expect(dump.metadata["network"] == model.network.json && dump.metadata["profile"] == "octavo")
    #expect(dump.metadata["inverted"] == "false")
  }

  @Test("signed integers are s8, each 128 below the unsigned model's")
  func signed() throws {
    let (unsigned, signed) = (try dump(model), try dump(Sample.signed(model)))
    for name in ["quant", "l0", "l1", "l2", "l3"] {
      #expect(try signed.s8(name).map { Int($0) + 128 } == unsigned.u8(name).map { Int($0) })
      #expect(try signed.s32("\(name).zero_point")[0] + 128 == unsigned.s32("\(name).zero_point")[0])
    }
  }

  @Test("one picture and one int8 model, or one line")
  func refuses() throws {
    let (picture, int8) = (try Sample.picture(Sample.pixels), try Sample.int8(model))
    let float = try Sample.float(FloatModel(random: Sample.network))
    func refusal(_ pictures: [AskedPicture], _ models: [AskedModel]) -> String? {
      line { _ = try IntegerDump(of: pictures, by: models, compute: Compute()) }
    }
    #expect(refusal([picture], [float, int8]) == nil)
    #expect(refusal([picture, picture], [int8]) == "--dump-integers: expected one image, found 2; name one")
    for (models, count) in [([float], 0), ([int8, int8], 2)] {
      #expect(
        refusal([picture], models)
          == "--dump-integers: expected one int8 model, found \(count); name one that convert wrote")
    }
  }
}
