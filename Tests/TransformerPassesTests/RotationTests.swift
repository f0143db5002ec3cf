import Checkpoints
import Files
import Foundation
import Kernels
import TestSupport
import Tensors
import Testing
import Transformer
import TransformerFormats
import TransformerPasses

/// The rotation that conversion folds into weights, before they become integers.
@Suite struct RotationTests {
  /// Sizes of a network; widths 64, 96, 288 and 576 have blocks of 64, 32, 32 and 64, heads of 16, 24, 48 and 64 blocks of 16,
  /// 8, 16 and 64.
  struct Sizes: Sendable, CustomTestStringConvertible {
    let heads, keyValueHeads, headSize: Int
    let isTied: Bool
    var testDescription: String { "\(heads) of \(headSize), \(keyValueHeads), \(isTied ? "tied" : "untied")" }

    func model(_ change: (TransformerTensor, [Float]) -> [Float] = { $1 }) throws -> SmallModel {
      try SmallModel(heads: heads, keyValueHeads: keyValueHeads, headSize: headSize, isTied: isTied, change)
    }
  }

  private static let sizes: [Sizes] = [
    Sizes(heads: 4, keyValueHeads: 2, headSize: 16, isTied: true),
    Sizes(heads: 4, keyValueHeads: 4, headSize: 24, isTied: false),
    Sizes(heads: 6, keyValueHeads: 2, headSize: 48, isTied: true),
    Sizes(heads: 9, keyValueHeads: 3, headSize: 64, isTied: false),
  ]
  private let scheme = TransformerScheme(weights: .perRow, activations: .perToken, rotation: .hadamard)

  /// Norms' weights that differ, so that one left out or folded twice is seen.
  private func uneven(_ tensor: TransformerTensor, _ values: [Float]) -> [Float] {
    tensor.isMatrix ? values : values.enumerated().map { $1 * Float(1 + $0 % 5) / 2 }
  }

  private func floats(_ folded: FoldedTransformer, _ tensor: TransformerTensor, _ compute: Compute) throws -> [Float] {
    guard tensor.isMatrix else { return try folded.norm(tensor) }
    let rows = try folded.rows(tensor)
    return try rows.map(compute) { row, _ in Array(UnsafeBufferPointer(start: row, count: rows.inner)) }.flatMap { $0 }
  }

  // Would catch a norm that is left out, a block of another size, a rotation on the wrong side, an unscaled one.
  @Test(arguments: sizes) func tensorsAreThoseOfTheFormulas(_ sizes: Sizes) throws {
    let small = try sizes.model(uneven)
    let folded = try FoldedTransformer(small.checkpoint, scheme: scheme, statistics: nil)
    #expect(!folded.configuration.isTied)
    for tensor in TransformerTensor.all(folded.configuration) {
      let expected = try DoubleRotation.fold(tensor, of: small.configuration) {
        try small.checkpoint.checkpoint.f32($0.name)
      }
      let found = try floats(folded, tensor, small.compute)
      try #require(found.count == expected.count * expected[0].count)
      // A value goes through 1 product, 6 sums at most and 2 factors for each of two rotations: 17 roundings, each of at most
      // 2^-24 of a sum of magnitudes, which is at most the root of the block's size times the largest of the result's size.
      let largest = expected.joined().map(abs).max() ?? 0
      let bound = 17 * 0x1p-24 * 8 * 8 * largest
      for (index, value) in expected.joined().enumerated() where abs(Double(found[index]) - value) > bound {
        Issue.record("\(tensor.name)[\(index)]: expected \(value), found \(found[index])")
        break
      }
    }
  }

  // Would catch what the formulas above and the code have in common: a rotation that does not cancel.
  @Test(arguments: sizes) func logitsStay(_ sizes: Sizes) throws {
    let small = try sizes.model(uneven)
    let folded = try FoldedTransformer(small.checkpoint, scheme: scheme, statistics: nil)
    let turned = try TransformerWeights(folded.configuration) { try floats(folded, $0, small.compute) }
    let tokens = (0..<50).map { Int32($0 * 17 % 43) }
    func logits(_ weights: TransformerWeights) -> [Float] {
      let engine = TransformerEngine(weights, compute: small.compute)
      var all: [Float] = []
      engine.read(tokens, into: engine.cache(), afterEach: true) { all += $1 }
      return all
    }
    let (expected, found) = (logits(try small.checkpoint.weights()), logits(turned))
    let error = zip(expected, found).reduce(0.0) { $0 + pow(Double($1.0 - $1.1), 2) }
    let signal = expected.reduce(0.0) { $0 + Double($1) * Double($1) }
    // Products of two layers and the classifier, five one behind the other in each layer, sum at most 576 terms. Roundings of
    // 2^-24 of each sum, both networks' added up as if all had one sign, stay below this. A fold that is wrong is off by 1.
    let roundings = 2.0 * (2 * 5 + 1) * Double(small.configuration.hiddenSize + 17)
    #expect((error / signal).squareRoot() < roundings * 0x1p-24)
    #expect(error > 0)
  }

  // Would catch blocks that are cut where a batch of rows ends: one has 2,048, a batch 1,024.
  @Test func blocksReachOverBatches() throws {
    let small = try SmallModel(inner: 8, layers: 1, heads: 32, keyValueHeads: 1, headSize: 64)
    let (converted, matrices) = try small.converted(scheme)
    let values = try small.checkpoint.checkpoint.f32("layers.0.feed_forward.w2.weight")
    let bytes = try converted.checkpoint.s8("layers.0.feed_forward.w2.weight")
    let scales = try #require(matrices.first { $0.tensor == .down(0) }).scales
    let turn = DoubleRotation(dividing: 2048)
    for row in [0, 1, 1023, 1024, 2047] {
      for term in 0..<8 {
        let expected = (0..<2048).reduce(0.0) { $0 + turn.entry(row, $1) * Double(values[$1 * 8 + term]) }
        let found = Double(bytes[((row / 16 * 2 + term / 4) * 16 + row % 16) * 4 + term % 4]) * Double(scales[row])
        // Half a step, and what the float sums' rounding adds.
        #expect(abs(found - expected) <= Double(scales[row]) * 0.501)
      }
    }
  }

  // Would catch integers that threads or instructions choose.
  @Test(arguments: [scheme(.perTensor), scheme(.perGroup)]) func filesAreEqual(_ scheme: TransformerScheme) throws {
    let small = try SmallModel(inner: 40, heads: 6, keyValueHeads: 3, headSize: 16)
    var digests: Set<String> = []
    for set in InstructionSet.available {
      for threads in [1, 2] {
        let compute = Compute(kernels: try Kernels(set), pool: ThreadPool(threads: threads))
        let path = small.folder.appending(path: "int8.safetensors").path
        let conversion = try ConvertTransformer(small.checkpoint, scheme: scheme, statistics: nil, compute: compute)
        digests.insert("\(try conversion.write(into: FileWriter(path)).file)")
      }
    }
    #expect(digests.count == 1)
  }

  private static func scheme(_ weights: TransformerScheme.Weights) -> TransformerScheme {
    weights == .perGroup
      ? .init(weights: weights, activations: .perGroup, group: 8, rotation: .hadamard)
      : .init(weights: weights, activations: .perToken, rotation: .hadamard)
  }

  @Test func whatRefusesARotation() throws {
    let refused: [(TransformerScheme, String)] = [
      (.init(weights: .perRow, activations: .fixed, rotation: .hadamard), "activations: static"),
      (.init(weights: .perRow, activations: .perToken, smoothing: 0.5, rotation: .hadamard), "smoothing"),
      (.init(weights: .perRow, activations: .perToken, outliers: 6, rotation: .hadamard), "outliers"),
    ]
    for (scheme, key) in refused {
      #expect(throws: TransformerSchemeError.rotationOfChannels(key)) { try scheme.validate() }
      #expect(
        line { try scheme.validate() }
          == "rotation: expected without \(key), whose channels are those of the unturned model; leave one of both out")
    }
  }

  // Would catch a row that is named wrongly because its block was turned before it was looked at.
  @Test func weightsThatAreNoNumbersAreNamed() throws {
    func refusal(_ tensor: TransformerTensor, at place: Int) throws -> ConvertTransformerError? {
      let small = try SmallModel { found, values in
        var values = values
        if found == tensor { values[place] = .infinity }
        return values
      }
      return #expect(throws: ConvertTransformerError.self) { try small.converted(scheme) }
    }
    #expect(
      try refusal(.down(1), at: 5 * 37 + 3) == .notFinite("layers.1.feed_forward.w2.weight", row: 5))
    #expect(try refusal(.query(0), at: 7 * 24) == .notFinite("layers.0.attention.wq.weight", row: 7))
    #expect(try refusal(.norm, at: 3) == .notFiniteNorm("norm.weight", channel: 3))
  }
}
