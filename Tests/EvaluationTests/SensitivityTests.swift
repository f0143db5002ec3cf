import Evaluation
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

@Suite struct SensitivityTests {
  private let network = Network(
    1, 4, 4,
    [
      .conv2d(Conv2d(out: 3, kernel: 3, padding: 1, relu: true)), .maxPool2d(MaxPool2d(kernel: 2)), .flatten,
      .linear(Linear(out: 3)),
    ])
  private let images = ImageSet(
    shape: [1, 4, 4], pixels: (0..<16 * 40).map { UInt8($0 * 61 % 251) }, labels: (0..<40).map { UInt8($0 % 3) })

  private func calibrated(_ scheme: QuantizationScheme, _ model: FloatModel? = nil) throws -> CalibratedModel {
    let model = try model ?? FloatModel(random: network, seed: 5)
    guard scheme.type == .static else { return try CalibratedModel(model: model, scheme: scheme) }
    return try Calibrate.calibrate(model, scheme: scheme, images: images, compute: Compute())
  }

  private func engine(_ calibrated: CalibratedModel) throws -> QuantizedEngine {
    try QuantizedEngine(Convert.convert(calibrated).model, capacity: 7, compute: Compute())
  }

  private func measure(
    _ calibrated: CalibratedModel, on images: ImageSet? = nil, progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> Sensitivity {
    let float = try FloatEngine(calibrated.model, capacity: 6, compute: Compute())
    return try Sensitivity(
      of: calibrated.quantizedLayers, float: float, on: images ?? self.images, dataset: "mnist", progress: progress
    ) { try engine(Isolate.isolate($0, in: calibrated)) }
  }

  private func scores(_ engine: some InferenceEngine) -> [[Float]] {
    (0..<images.count).map { image in
      images.floats(image..<image + 1).withUnsafeBufferPointer { engine.logits($0, count: 1) }
    }
  }

  private func classes(_ scores: [[Float]]) -> [Int] { scores.map { $0.firstIndex(of: $0.max() ?? 0) ?? 0 } }

  // Each network converted by a scheme written out for it, its figures counted one image at a time. Would catch a layer's
  // figures under the other's name, and a layer that stays float where it should not.
  @Test func figuresAreThoseOfNetworksMadeByHand() throws {
    let scheme = QuantizationScheme.plain(batches: 4, batchSize: 10)
    let found = try measure(calibrated(scheme))
    let exact = scores(try FloatEngine(FloatModel(random: network, seed: 5), capacity: 1, compute: Compute()))
    let labels = images.labels.map(Int.init)
    #expect(found.float32 == Double(zip(classes(exact), labels).count { $0 == $1 }) / 40)
    #expect(found.layers.map(\.name).sorted() == ["l0", "l3"])
    for (layer, other) in [("l0", "l3"), ("l3", "l0")] {
      var scheme = scheme
      scheme.layers = [other: LayerOverride(skip: true)]
      let quantized = scores(try engine(calibrated(scheme)))
      let measured = try #require(found.layers.first { $0.name == layer })
      #expect(measured.accuracy == Double(zip(classes(quantized), labels).count { $0 == $1 }) / 40)
      #expect(measured.agreement == Double(zip(classes(quantized), classes(exact)).count { $0 == $1 }) / 40)
      var (signal, noise) = (0.0, 0.0)
      for (x, y) in zip(exact.joined(), quantized.joined()) {
        signal += Double(x) * Double(x)
        noise += (Double(y) - Double(x)) * (Double(y) - Double(x))
      }
      // Summed in the same order.
      #expect(measured.sqnr == 10 * log10(signal / noise) && measured.sqnr.isFinite)
    }
    #expect(found.layers[0].sqnr != found.layers[1].sqnr)
  }

  // Weights that are whole numbers of steps lose nothing: the float layers beside them are the float network's, bit for bit.
  @Test func whatLosesNothingCostsNothing() throws {
    let model = try FloatModel(random: network, seed: 5)
    var parameters = model.parameters
    for name in ["l0.weight", "l3.weight"] {
      let shape = try #require(parameters[name]).shape
      let size = shape.count / shape[0]
      // The largest of each channel is 127 steps of 1/128.
      parameters[name] = Tensor(shape, (0..<shape.count).map { Float($0 % size == 0 ? 127 : $0 * 37 % 127 - 63) / 128 })
    }
    let exact = try FloatModel(network: network, parameters: parameters)
    let found = try measure(calibrated(.plain(.weightOnly), exact))
    #expect(found.layers.map(\.sqnr) == [.infinity, .infinity])
    #expect(found.layers.map(\.agreement) == [1, 1])
    #expect(found.layers.map(\.accuracy) == [found.float32, found.float32])
    #expect(found.layers.map(\.name) == ["l0", "l3"])
    #expect(String(decoding: try found.json(), as: UTF8.self).contains("\"sqnr\" : \"inf\""))
  }

  @Test(arguments: ["l0", "l3"]) func aLayerBrokenOnPurposeComesFirst(_ broken: String) throws {
    let whole = try calibrated(.plain(batches: 4, batchSize: 10))
    // Steps so wide that every weight rounds to zero.
    let ruined = try CalibratedModel(
      model: whole.model, scheme: whole.scheme, observations: whole.observations,
      learnedWeightScales: [broken: [100, 100, 100]])
    // Each image's label is what float says: float is right everywhere.
    let exact = scores(try FloatEngine(whole.model, capacity: 1, compute: Compute()))
    let named = ImageSet(shape: images.shape, pixels: images.pixels, labels: classes(exact).map { UInt8($0) })
    let found = try measure(ruined, on: named)
    #expect(found.float32 == 1)
    #expect(found.layers.first?.name == broken)
    #expect(try #require(found.layers.first).accuracy < found.layers[1].accuracy)
  }

  @Test func progressCountsEveryNetwork() throws {
    var told: [Int] = []
    let found = try measure(calibrated(.plain(.dynamic))) { done, total in
      #expect(total == 120)
      told.append(done)
    }
    #expect(told == told.sorted() && told.last == 120 && told.contains(40) && told.contains(80))
    #expect(found.images == 40 && found.dataset == "mnist" && found.network == network)
  }

  @Test func jsonIsTheSameForTheSameInputs() throws {
    let json = try measure(calibrated(.plain(batches: 4, batchSize: 10))).json()
    #expect(try measure(calibrated(.plain(batches: 4, batchSize: 10))).json() == json)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any])
    #expect(Set(object.keys) == ["dataset", "images", "network", "float32", "layers"])
    #expect((object["layers"] as? [[String: Any]])?.count == 2 && json.last == UInt8(ascii: "\n"))
  }

  @Test func imagesHaveTheNetworksShape() throws {
    let wide = ImageSet(shape: [1, 2, 8], pixels: images.pixels, labels: images.labels)
    #expect(throws: EvaluationError.wrongImages(expected: network.input, found: [1, 2, 8])) {
      try measure(calibrated(.plain(.dynamic)), on: wide)
    }
  }
}
