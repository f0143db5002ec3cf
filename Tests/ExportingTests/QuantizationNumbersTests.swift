import Exporting
import Foundation
import Kernels
import Layers
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct QuantizationNumbersTests {
  private static let network = Network(
    1, 6, 5, [.conv2d(Conv2d(out: 3, kernel: 3, relu: true)), .flatten, .linear(Linear(out: 4))])

  private func model(_ profile: NumericProfile = .octavo) throws -> QuantizedModel {
    try QuantizedModel(random: Self.network, profile: profile)
  }

  private func object(_ model: QuantizedModel) throws -> [String: Any] {
    let json = try QuantizationNumbers(model).json(origin: ["checkpoint_sha256": "ab"])
    return try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
  }

  private func rows(_ model: QuantizedModel) -> [[String]] {
    String(decoding: QuantizationNumbers(model).csv, as: UTF8.self).split(separator: "\n").map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
  }

  // 2^-149 is the least float, 2^-126 the least normal one; the others would catch an exponent off by one.
  static let floats: [(Float, Int32, Int32)] = [
    (1, 0x80_0000, -23), (1.5, 0xc0_0000, -23), (0.1, 13_421_773, -27), (0x1p-126, 0x80_0000, -149),
    (0x1p-149, 1, -149),
    (.greatestFiniteMagnitude, 0xff_ffff, 104), (0x1.fffffep-1, 0xff_ffff, -24),
  ]

  @Test(arguments: floats)
  func aFloatIsAMantissaTimesAPowerOfTwo(_ number: Float, _ mantissa: Int32, _ exponent: Int32) {
    let whole = WholeFloat(number)
    #expect(whole.mantissa == mantissa && whole.exponent == exponent)
    #expect(Double(mantissa) * pow(2, Double(exponent)) == Double(number))
  }

  // The numbers are read back by another parser, and are the model's own, bit for bit.
  @Test(arguments: [NumericProfile.octavo, .qnnpack, .fbgemm])
  func jsonHoldsTheModelsNumbers(_ profile: NumericProfile) throws {
    let (model, object) = (try model(profile), try object(try model(profile)))
    #expect((object["origin"] as? [String: String]) == ["checkpoint_sha256": "ab"])
    #expect(object["profile"] as? String == profile.rawValue)
    let tensors = try #require(object["tensors"] as? [[String: Any]])
    #expect(
      tensors.compactMap { $0["name"] as? String } == ["quant", "l0.weight", "l0", "l2.weight", "l2"])
    for tensor in tensors {
      let name = try #require(tensor["name"] as? String)
      let channels = try #require(tensor["channels"] as? [[String: Any]])
      let scales = channels.compactMap { ($0["scale"] as? NSNumber)?.floatValue }
      if let parameters = model.scales[name] {
        #expect(scales == [parameters.scale] && channels[0]["zero_point"] as? Int == Int(parameters.zeroPoint))
      } else {
        #expect(scales == model.integerWeight(of: String(name.dropLast(".weight".count)))?.scales)
      }
    }
    let layers = try #require(object["layers"] as? [[String: Any]])
    for layer in layers {
      guard case .integer(let numbers) = model.layers[try #require(layer["layer"] as? String)] else { continue }
      let outputs = try #require(layer["outputs"] as? [[String: Any]])
      #expect(outputs.compactMap { ($0["multiplier"] as? NSNumber)?.floatValue } == numbers.multipliers)
      for (output, multiplier) in zip(outputs, numbers.multipliers) {
        let (mantissa, exponent) = (output["mantissa"] as? Int, output["exponent"] as? Int)
        #expect(Float(mantissa ?? 0) * Float(pow(2, Double(exponent ?? 0))) == multiplier)
      }
      switch numbers.bias {
      case .s32(let bias): #expect(outputs.compactMap { $0["bias"] as? Int } == bias.map { Int($0) })
      case .f32(let bias): #expect(outputs.compactMap { ($0["bias"] as? NSNumber)?.floatValue } == bias)
      }
    }
    #expect(layers.compactMap { $0["layer"] as? String } == ["l0", "l2"])
  }

  @Test func aCallsScalesAreSaidToBeChosenThen() throws {
    let model = try Convert.convert(
      CalibratedModel(model: FloatModel(random: Self.network), scheme: .plain(.dynamic))
    ).model
    let tensors = try #require(try object(model)["tensors"] as? [[String: Any]])
    #expect(tensors.compactMap { $0["scale_chosen_at_each_call"] as? String } == ["per_tensor", "per_tensor"])
    #expect(rows(model).contains { $0[0] == "l0.input" && $0[6].isEmpty })
  }

  // A line for each scale, and for each output channel where one scale serves all.
  @Test func csvHasALineForEachChannel() throws {
    let model = try model()
    let rows = rows(model)
    #expect(rows[0].joined(separator: " ").hasPrefix("tensor role channel dtype quant_min quant_max scale zero_point"))
    #expect(rows.allSatisfy { $0.count == rows[0].count })
    #expect(rows.count { $0[0] == "l0.weight" } == 3 && rows.count { $0[0] == "l2.weight" } == 4)
    guard case .integer(let numbers) = model.layers["l2"], case .s32(let bias) = numbers.bias else { return }
    let found = rows.filter { $0[0] == "l2.weight" }
    #expect(found.map { Float($0[9]) } == numbers.multipliers && found.map { Int32($0[8]) } == bias)
    #expect(found.map { Float($0[6]) } == (0..<4).map { numbers.weight.scale($0) })
  }

  @Test func aNameWithACommaIsQuoted() throws {
    var network = Network(1, 2, 2, [.conv2d(Conv2d(out: 1, kernel: 1))])
    network.layers[0] = Layer("a,b", network.layers[0].operation)
    let csv = String(
      decoding: QuantizationNumbers(try QuantizedModel(random: network, profile: .octavo)).csv, as: UTF8.self)
    #expect(csv.contains("\n\"a,b.weight\",weight,,s8,"))
  }

  // The vectors' integers are the definition's, computed in 64 bits; signed ones are told as they are.
  @Test(arguments: [false, true]) func vectorsAreTheReferencesIntegers(_ isSigned: Bool) throws {
    let images = ImageSet(
      shape: [1, 6, 5], pixels: (0..<30 * 70).map { UInt8($0 * 61 % 251) }, labels: (0..<70).map { UInt8($0 % 4) })
    var scheme = QuantizationScheme.plain(batches: 2, batchSize: 3)
    if isSigned {
      scheme.activations = TensorScheme(
        dtype: .s8, symmetry: .affine, granularity: .perTensor, range: IntegerRange(-128, 127), observer: .minMax)
    }
    let model = try Convert.convert(
      Calibrate.calibrate(FloatModel(random: Self.network), scheme: scheme, images: images, compute: Compute())
    ).model
    let vectors = try TestVectors(of: model, on: images, compute: Compute()).tensors
    let expected = try IntegerReference(model: model).integers(images.floats(0..<70), count: 70)
    #expect(vectors["images"]?.shape == [70, 1, 6, 5] && vectors["labels"]?.u8 == images.labels)
    for (name, integers) in [("input", expected[0]), ("scores", expected[3])] {
      let found = vectors[name]
      #expect(found?.dtype == (isSigned ? .s8 : .u8))
      #expect((found?.u8?.map { Int64($0) } ?? found?.s8?.map { Int64($0) }) == integers)
    }
  }

  @Test func scoresInFloatsAreNoVectors() throws {
    let model = try Convert.convert(
      CalibratedModel(model: FloatModel(random: Self.network), scheme: .plain(.dynamic))
    ).model
    let images = ImageSet(shape: [1, 6, 5], pixels: [UInt8](repeating: 0, count: 30), labels: [0])
    #expect(throws: ExportError.noInteger(layer: "quant")) {
      try TestVectors(of: model, on: images, compute: Compute())
    }
  }
}
