import Catalog
import Checkpoints
import Kernels
import Tensors
import Testing
import Tokenizers
import Transformer
import TransformerEvaluation
import TransformerPasses
import TransformerStages

@Suite struct TransformerRecordsTests {
  private let configuration: TransformerConfiguration
  private let compute: Compute

  init() throws {
    configuration = try TransformerConfiguration(
      hiddenSize: 8, intermediateSize: 12, layers: 2, heads: 2, keyValueHeads: 1, vocabularySize: 256,
      contextLength: 64,
      isTied: true)
    compute = Compute(kernels: try Kernels(.scalar), pool: ThreadPool(threads: 1))
  }

  /// A network of random weights.
  private func engine(seed: UInt64) -> TransformerEngine {
    var random = SeededGenerator(seed: seed)
    let weights = TransformerWeights(configuration) { tensor in
      (0..<tensor.shape(configuration).count).map { _ in Float.random(in: -1...1, using: &random) }
    }
    return TransformerEngine(weights, compute: compute)
  }

  /// Two networks that have nothing in common, on two windows.
  private func evaluation() -> TransformerEvaluation {
    let engines = [engine(seed: 1), engine(seed: 2)]
    let windows = [0, 1].map { window in (0..<20).map { Int32(($0 * 37 + window * 11) % 256) } }
    return TransformerEvaluation(
      text: "tales.txt", windows: .init(unit: .tokens, length: 20, most: 2),
      comparison: TextComparison(engines[0], engines[1], windows: windows, compute: compute),
      noise: LayerNoise(engines[0], engines[1], window: windows[0]), floatBytes: 1000, int8Bytes: 250)
  }

  /// Every byte is a token of its own.
  private func tokenizer() throws -> Tokenizer {
    try Tokenizer(
      Vocabulary(
        algorithm: .byteLevel, pieces: (0...255).map { [UInt8($0)] },
        kinds: [Vocabulary.Kind](repeating: .normal, count: 256), words: .gpt2,
        beginning: nil, ends: [], addsBlank: false))
  }

  // Would catch a token that is recorded with the other model's text, and a flip that is left out.
  @Test func everyFlipIsRecordedWithItsTokensTexts() throws {
    let evaluation = evaluation()
    let record = evaluation.record(speeds: [], tokenizer: try tokenizer())
    let flips = evaluation.comparison.flips
    try #require(flips.count > 10)
    #expect(record.greedyFlips.count == flips.count)
    for (row, flip) in zip(record.greedyFlips, flips) {
      #expect(row.window == flip.window && row.position == flip.position && row.margin == Double(flip.margin))
      #expect(row.float32Token == Int(flip.first) && row.int8Token == Int(flip.second))
      #expect(row.float32Text == String(decoding: [UInt8(flip.first)], as: UTF8.self))
      #expect(row.int8Text == String(decoding: [UInt8(flip.second)], as: UTF8.self))
    }
    #expect(record.dataset == "tales.txt")
    #expect(record.metrics.first { $0.name == "greedy_flips" }?.value == Double(flips.count))
    // Four groups of each of two layers, and the classifier.
    #expect(record.metrics.count { $0.name == "input_sqnr" } == 9)
  }

  @Test func massiveChannelsOfEveryGroupAreRecorded() throws {
    var tensors: [String: Tensor] = [:]
    for group in TransformerTensor.groups(configuration) {
      let width = group[0].shape(configuration)[1]
      var largest = [Float](repeating: 2, count: width)
      if group[0] == .down(1) { largest[3] = 900 }
      if group[0] == .query(0) { largest[5] = 200 }
      tensors[group[0].name + ".input_max"] = Tensor([width], largest)
    }
    let checkpoint = Checkpoint(tensors: tensors, metadata: ["calibration_tokens": "40"])
    let record = try TransformerStatistics(checkpoint, of: configuration).record
    #expect(
      record.massiveActivations == [
        .init(tensor: "layers.1.feed_forward.w2.weight", channel: 3, magnitude: 900, median: 2)
      ])
    let largest = record.metrics.filter { $0.name == "largest_input" }
    #expect(largest.count == 9 && largest.first { $0.layer == "layers.0.attention.wq.weight" }?.value == 200)
    #expect(record.metrics.first { $0.name == "calibration_tokens" }?.value == 40)
  }
}
