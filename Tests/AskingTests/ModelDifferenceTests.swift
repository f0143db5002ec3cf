import Asking
import Evaluation
import Foundation
import Kernels
import Networks
import QuantizedLayers
import StageKit
import TestSupport
import Tensors
import Testing

@Suite struct ModelDifferenceTests {
  private let images = ImageSet(
    shape: [1, 4, 4], pixels: (0..<16 * 6).map { UInt8($0 * 61 % 251) }, labels: [0, 0, 0, 0, 0, 0])

  private func difference(_ first: AskedModel, _ second: AskedModel) throws -> ModelDifference {
    try ModelDifference(of: first, and: second, on: images, dataset: "mnist", compute: Compute())
  }

  @Test("a trained model against its fused one: other layers, but where both have one nothing differs")
  func fused() throws {
    let network = Network(
      1, 4, 4,
      [
        .conv2d(Conv2d(out: 2, kernel: 3, padding: 1, bias: false)), .batchNorm2d(BatchNorm2d()), .relu, .flatten,
        .linear(Linear(out: 3)),
      ])
    let trained = try FloatModel(random: network)
    let found = try difference(Sample.float(trained, stage: "train"), Sample.float(Fuse.fuse(trained)))
    #expect(found.layers.map(\.error.layer) == ["quant", "l0", "l3", "l4"])
    #expect(found.firstDifference == nil && found.unmatched == [])
    #expect(found.table.plain().split(separator: "\n")[0].hasSuffix("on 6 images of mnist; no layer differs"))
  }

  @Test("a bias of the last layer that moved by a half: there and nowhere else, by a half")
  func bias() throws {
    let model = try FloatModel(random: Sample.network)
    var parameters = model.parameters
    parameters["l3.bias"] = Tensor([3], (parameters["l3.bias"]?.f32 ?? []).map { $0 + 0.5 })
    let other = try FloatModel(network: model.network, parameters: parameters)
    let found = try difference(Sample.float(model), Sample.float(other))
    #expect(found.firstDifference == "l3")
    let error = try #require(found.layers.last).error
    // Scores of this size are rounded to 2^-22 or finer.
    #expect(abs(error.meanError - 0.5) < 1e-6 && abs(error.maxError - 0.5) < 1e-6)
  }

  @Test("a layer that one model alone has is named, and nothing else is made of it")
  func unmatched() throws {
    let model = try FloatModel(random: Sample.network)
    let pooled = Sample.network.layers.map { $0.name == "l1" ? Layer("other", $0.operation) : $0 }
    let renamed = Network(name: "Test", input: Sample.network.input, layers: pooled)
    let other = try FloatModel(network: renamed, parameters: model.parameters)
    let found = try difference(Sample.float(model), Sample.float(other))
    #expect(found.unmatched == ["l1", "other"] && found.firstDifference == nil)
    #expect(found.layers.map(\.error.layer) == ["quant", "l0", "l2", "l3"])
    #expect(found.table.plain().split(separator: "\n")[0].hasSuffix("; in one of them alone: l1, other"))
  }

  @Test("float against int8, and JSON for it")
  func json() throws {
    let float = try Sample.float(FloatModel(random: Sample.network))
    let int8 = try Sample.int8(QuantizedModel(random: Sample.network, profile: .octavo))
    let data = try JSONEncoder().encode(difference(float, int8))
    let object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    #expect((object["first"] as? [String: Any])?["kind"] as? String == "float32")
    #expect((object["second"] as? [String: Any])?["kind"] as? String == "int8")
    #expect(object["images"] as? Int == 6 && object["first_difference"] as? String == "quant")
    let layers = try #require(object["layers"] as? [[String: Any]])
    #expect(layers.map { $0["layer"] as? String } == ["quant", "l0", "l1", "l2", "l3"])
    #expect(layers.allSatisfy { $0["integers"] as? String == "real_numbers" })
    #expect(layers.allSatisfy { $0["differing_integers_fraction"] is NSNull && $0["sqnr_db"] is NSNumber })
  }

  @Test("models that have nothing in common are one line")
  func refuses() throws {
    func model(_ network: Network) throws -> AskedModel { try Sample.float(FloatModel(random: network)) }
    let first = try model(Sample.network)
    func refusal(_ other: Network) -> String? { line { _ = try difference(first, model(other)) } }
    #expect(
      refusal(Network(1, 5, 4, [.flatten, .linear(Linear(out: 3))]))
        == "the first model takes 1x4x4, the second 1x5x4; name two models of one network")
    #expect(
      refusal(Network(1, 4, 4, [.conv2d(Conv2d(out: 5, kernel: 3, padding: 1)), .flatten, .linear(Linear(out: 3))]))
        == "layer 'l0': 3x4x4 in the first model, 5x4x4 in the second; name two models of one network")
    let renamed = Network(
      name: "Other", input: Sample.network.input, layers: [Layer("a", .flatten), Layer("b", .linear(Linear(out: 3)))])
    #expect(
      refusal(renamed)
        == "expected layers that both models have, found none of one name; name two models of one network")
    let wide = ImageSet(shape: [1, 1, 1], pixels: [0], labels: [0])
    #expect(throws: EvaluationError.wrongImages(expected: Sample.network.input, found: [1, 1, 1])) {
      _ = try ModelDifference(of: first, and: first, on: wide, dataset: "mnist", compute: Compute())
    }
  }
}
