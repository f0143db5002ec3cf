import Evaluation
import Foundation
import Layers
import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct ComparisonTests {
  private let network = Network(
    1, 4, 4,
    [
      .conv2d(Conv2d(out: 3, kernel: 3, relu: true)), .maxPool2d(MaxPool2d(kernel: 2)), .flatten,
      .linear(Linear(out: 2)),
    ])
  private let images = ImageSet(
    shape: [1, 4, 4], pixels: (0..<16 * 7).map { UInt8($0 * 29 % 256) }, labels: [0, 1, 1, 0, 1, 0, 0])

  private func compare(
    _ network: Network, int8 other: Network? = nil, on images: ImageSet? = nil,
    progress: (Int, Int) -> Void = { _, _ in }
  ) throws -> (Comparison, FloatEngine, QuantizedEngine) {
    let float = try FloatEngine(FloatModel(random: network), capacity: 3, compute: Compute())
    let int8 = try QuantizedEngine(
      QuantizedModel(random: other ?? network, profile: .octavo), capacity: 2, compute: Compute())
    let comparison = try Comparison(
      float: float, int8: int8, floatBytes: 400, int8Bytes: 100, images: images ?? self.images,
      dataset: "mnist",
      progress: progress)
    return (comparison, float, int8)
  }

  // Would catch figures of one model under the other's name, and a layer's proof under another layer.
  @Test func figuresAreThoseOfItsParts() throws {
    var told: [Int] = []
    let (comparison, float, int8) = try compare(network) { done, total in
      told.append(done)
      #expect(total == 14)
    }
    let (exact, quantized) = (Classification(of: images, by: float), Classification(of: images, by: int8))
    #expect(comparison.float32.accuracy == exact.accuracy && comparison.float32.confusion == exact.confusion)
    #expect(
      comparison.int8.accuracy == quantized.accuracy && comparison.int8.confusion == quantized.confusion)
    #expect(comparison.float32.bytes == 400 && comparison.int8.bytes == 100)
    #expect(comparison.agreement == exact.agreement(with: quantized))
    #expect(comparison.images == 7 && comparison.dataset == "mnist" && comparison.network.count == 4)
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
    #expect(told == [3, 6, 7, 9, 11, 13, 14])
  }

  @Test func aComparisonSurvivesItsJSON() throws {
    let (comparison, _, _) = try compare(network)
    let json = try comparison.json()
    #expect(try Comparison(json: json) == comparison)
    #expect(try Comparison(json: json).json() == json && json.last == UInt8(ascii: "\n"))
  }

  // Would catch an encoder that refuses an infinite ratio: a layer of zeros has one.
  @Test func anInfiniteRatioSurvivesItsJSON() throws {
    let (comparison, _, _) = try compare(network)
    let text = String(decoding: try comparison.json(), as: UTF8.self)
    for (written, value) in [("inf", Double.infinity), ("-inf", -.infinity)] {
      let changed = text.replacing(/"sqnr" : [^\n,]*/, with: "\"sqnr\" : \"\(written)\"")
      let read = try Comparison(json: Array(changed.utf8))
      #expect(read.layers.allSatisfy { $0.sqnr == value })
      #expect(try Comparison(json: read.json()) == read)
    }
  }

  @Test(arguments: ["", "{}", "[]"]) func whatIsNoComparisonIsRefused(_ text: String) {
    #expect(throws: DecodingError.self) { try Comparison(json: Array(text.utf8)) }
  }

  // Would catch models that do not belong together: a layer that one of them lacks stopped the program.
  @Test func modelsAreOfOneNetwork() {
    let other = Network(1, 4, 4, [.flatten, .linear(Linear(out: 2))])
    #expect(throws: EvaluationError.differentNetworks(float: network.json, int8: other.json)) {
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

  @Test func aClassIsAByte() {
    let many = Network(1, 4, 4, [.flatten, .linear(Linear(out: 257))])
    #expect(throws: EvaluationError.tooManyClasses(257)) { try compare(many) }
  }

  @Test func messagesSayWhatWasExpected() {
    #expect(
      "\(EvaluationError.wrongImages(expected: network.input, found: [1, 2, 8]))"
        == "images: the network takes 1x4x4, found [1, 2, 8]")
    #expect(
      "\(EvaluationError.tooFewClasses(classes: 2, label: 2))"
        == "labels: the network has 2 outputs, found label 2")
    #expect("\(EvaluationError.tooManyClasses(257))" == "network: expected at most 256 outputs, found 257")
  }
}
