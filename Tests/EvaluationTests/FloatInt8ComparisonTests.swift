import Classifying
import Evaluation
import Foundation
import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct FloatInt8ComparisonTests {
  private let network = Network(
    1, 4, 4,
    [
      .conv2d(Conv2d(out: 3, kernel: 3, relu: true)), .maxPool2d(MaxPool2d(kernel: 2)), .flatten,
      .linear(Linear(out: 2)),
    ])
  private let images = ImageSet(
    shape: [1, 4, 4], pixels: (0..<16 * 7).map { UInt8($0 * 29 % 256) }, labels: [0, 1, 1, 0, 1, 0, 0])

  private func compare(
    _ network: Network, int8 other: Network? = nil, on images: ImageSet? = nil, seed: UInt64 = 1,
    progress: (EvaluationProgress) -> Void = { _ in }
  ) throws -> (FloatInt8Comparison, FloatEngine, QuantizedEngine) {
    let float = try FloatEngine(FloatModel(random: network), capacity: 3, compute: Compute())
    let int8 = try QuantizedEngine(
      QuantizedModel(random: other ?? network, profile: .octavo, seed: seed), capacity: 2, compute: Compute())
    let comparison = try FloatInt8Comparison(
      float: float, int8: int8, floatBytes: 400, int8Bytes: 100, images: images ?? self.images,
      dataset: "mnist",
      progress: progress)
    return (comparison, float, int8)
  }

  // Would catch figures of one model under the other's name, and a layer's proof under another layer.
  @Test func figuresAreThoseOfItsParts() throws {
    var told: [EvaluationProgress] = []
    let (comparison, float, int8) = try compare(network) { told.append($0) }
    let (exact, quantized) = (Classification(of: images, by: float), Classification(of: images, by: int8))
    #expect(comparison.float32.accuracy == exact.accuracy && comparison.float32.confusion == exact.confusion)
    #expect(
      comparison.int8.accuracy == quantized.accuracy && comparison.int8.confusion == quantized.confusion)
    #expect(comparison.float32.bytes == 400 && comparison.int8.bytes == 100)
    #expect(comparison.agreement == exact.sameClassShare(with: quantized))
    #expect(comparison.images == 7 && comparison.dataset == "mnist" && comparison.network == network)
    #expect(comparison.layers.map(\.name) == ["quant", "l0", "l3"])
    #expect(comparison.layers.map(\.kind) == ["input", "conv2d", "linear"])
    #expect(comparison.layers[0].accumulatorBound == nil && comparison.layers[0].path == nil)
    for layer in comparison.layers[1...] {
      let proof = try #require(int8.proofs[layer.name])
      #expect(
        layer.accumulatorBound == proof.proof.accumulatorBound && layer.pairBound == proof.proof.pairBound)
      #expect(layer.path == proof.path.rawValue)
    }
    let errors = LayerError.measure(["quant", "l0", "l3"], float: float, quantized: int8, on: images)
    #expect(comparison.layers.map(\.sqnr) == errors.map(\.sqnr))
    let spreads = Spread.ofActivations(
      ["quant", "l0", "l3"], by: float, grids: int8.model.scales, on: images)
    #expect(comparison.layers.map(\.output) == spreads && spreads.allSatisfy { $0.values != nil && $0.clipped != nil })
    #expect(told.map(\.done) == [3, 6, 7, 2, 4, 6, 7] && told.allSatisfy { $0.total == 7 })
    #expect(told.map(\.model) == ["float32", "float32", "float32", "int8", "int8", "int8", "int8"])
    #expect(told[..<3].allSatisfy { $0.int8 == nil } && told[2...].allSatisfy { $0.float32 == exact.accuracy })
    #expect(told.last?.int8 == quantized.accuracy)
  }

  // Random models differ much: their disagreements are those of both classifications, and the paired test counts them.
  @Test func disagreementsAreCountedOnce() throws {
    let (comparison, float, int8) = try compare(network, seed: 3)
    let (exact, quantized) = (Classification(of: images, by: float), Classification(of: images, by: int8))
    let differing = images.labels.indices.filter { exact.predicted[$0] != quantized.predicted[$0] }
    #expect(!differing.isEmpty && comparison.disagreements.map(\.image) == differing)
    #expect(comparison.disagreements.map { $0.float32[0].label } == differing.map { exact.predicted[$0] })
    #expect(comparison.disagreements.map { $0.int8[0].label } == differing.map { quantized.predicted[$0] })
    let test = comparison.pairedTest
    let rights = images.labels.indices.map {
      (exact.predicted[$0] == Int(images.labels[$0]), quantized.predicted[$0] == Int(images.labels[$0]))
    }
    #expect(test.onlyFirst == rights.count { $0.0 && !$0.1 } && test.onlySecond == rights.count { !$0.0 && $0.1 })
    #expect(
      comparison.float32.accuracy - comparison.int8.accuracy == Double(test.onlyFirst - test.onlySecond) / 7)
  }

  // Would catch the integers' own values taken for the float weight, and one layer's weight under another's name.
  @Test func aLayersWeightIsMeasured() throws {
    let (comparison, _, int8) = try compare(network)
    #expect(comparison.layers[0].weight == nil && comparison.layers[0].weightSQNR == nil)
    let model = try FloatModel(random: network)
    for layer in comparison.layers[1...] {
      let exact = model.values("\(layer.name).weight")
      let integers = try #require(int8.model.layers[layer.name]?.quantizedWeight)
      #expect(layer.weight == Spread(of: exact, quantized: integers))
      let noise = zip(exact, integers.dequantized).reduce(0.0) {
        $0 + (Double($1.0) - Double($1.1)) * (Double($1.0) - Double($1.1))
      }
      let signal = exact.reduce(0.0) { $0 + Double($1) * Double($1) }
      #expect(layer.weightSQNR == 10 * log10(signal / noise))
    }
  }

  // conv 1 -> 3 of 3x3 and its bias, linear 3 -> 2 and its bias; int8 has scales and ranges beside them.
  @Test func everyTensorHasItsBytes() throws {
    let (comparison, _, int8) = try compare(network)
    #expect(
      comparison.float32.tensorBytes == ["l0.weight": 108, "l0.bias": 12, "l3.weight": 24, "l3.bias": 8])
    let bytes = comparison.int8.tensorBytes
    #expect(bytes["l0.weight"] == 27 && bytes["l0.bias"] == 12 && bytes["quant.range"] == 8)
    #expect(Set(bytes.keys) == Set(int8.model.tensors.keys))
    #expect(comparison.float32.work.weightBytes == 152)
    #expect(comparison.int8.work.weightBytes == bytes.values.reduce(0, +))
  }

  @Test func aComparisonSurvivesItsJSON() throws {
    let (comparison, _, _) = try compare(network)
    let json = try comparison.json()
    #expect(try FloatInt8Comparison(json: json) == comparison)
    #expect(try FloatInt8Comparison(json: json).json() == json && json.last == UInt8(ascii: "\n"))
  }

  // Would catch an encoder that refuses an infinite ratio: a layer of zeros has one.
  @Test func anInfiniteRatioSurvivesItsJSON() throws {
    let (comparison, _, _) = try compare(network)
    let text = String(decoding: try comparison.json(), as: UTF8.self)
    for (written, value) in [("inf", Double.infinity), ("-inf", -.infinity)] {
      let changed = text.replacing(/"sqnr" : [^\n,]*/, with: "\"sqnr\" : \"\(written)\"")
      let read = try FloatInt8Comparison(json: Array(changed.utf8))
      #expect(read.layers.allSatisfy { $0.sqnr == value })
      #expect(try FloatInt8Comparison(json: read.json()) == read)
    }
  }

  @Test(arguments: ["", "{}", "[]"]) func whatIsNoComparisonIsRefused(_ text: String) {
    #expect(throws: DecodingError.self) { try FloatInt8Comparison(json: Array(text.utf8)) }
  }

  // Would catch models that do not belong together: a layer that one of them lacks stopped the program.
  @Test func modelsAreOfOneNetwork() {
    let other = Network(1, 4, 4, [.flatten, .linear(Linear(out: 2))])
    #expect(
      throws: EvaluationError.differentNetworks(
        float: "'l0' (conv2d 3x3, relu), which makes 3x2x2 of 'quant'",
        int8: "'l0' (flatten), which makes 16 features of 'quant'")
    ) {
      try compare(network, int8: other)
    }
  }

  @Test func imagesHaveTheNetworksShape() {
    let wide = ImageSet(shape: [1, 2, 8], pixels: images.pixels, labels: images.labels)
    #expect(throws: EvaluationError.wrongImages(expected: network.input, found: [1, 2, 8])) {
      try compare(network, on: wide)
    }
  }

  @Test func labelsAreBelowTheOutputs() {
    let third = ImageSet(shape: images.shape, pixels: images.pixels, labels: [0, 1, 2, 0, 1, 0, 0])
    #expect(throws: EvaluationError.tooFewClasses(classes: 2, label: 2)) { try compare(network, on: third) }
  }

  @Test(arguments: [300, 1000]) func outputsMayBeMoreThanLabels(_ classes: Int) throws {
    let many = Network(1, 4, 4, [.flatten, .linear(Linear(out: classes))])
    let (comparison, float, _) = try compare(many)
    #expect(comparison.float32.confusion == Classification(of: images, by: float).confusion)
    #expect(comparison.int8.confusion.joined().reduce(0, +) == images.count)
    #expect(comparison.disagreements.contains { ($0.float32 + $0.int8).contains { $0.label > 255 } })
    #expect(try FloatInt8Comparison(json: comparison.json()) == comparison)
  }

  @Test func messagesSayWhatWasExpected() {
    #expect(
      "\(EvaluationError.wrongImages(expected: network.input, found: [1, 2, 8]))"
        == "images: the network takes 1x4x4, found [1, 2, 8]; "
        + "give the network that input, or evaluate on other images")
    #expect(
      "\(EvaluationError.tooFewClasses(classes: 2, label: 2))"
        == "labels: the network has 2 outputs, found label 2; train one with at least 3")
  }
}
