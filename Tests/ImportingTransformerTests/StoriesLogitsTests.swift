import Foundation
import ImportingTransformer
import Kernels
import TestSupport
import Testing
import Transformer

/// The published model against an independent program in numpy, whose logits lie beside it.
@Suite("logits of stories260K", .enabled("\(Stories.absence)") { Stories.isThere })
struct StoriesLogitsTests {
  /// What is listed beside the logits.
  private struct Summary: Decodable {
    /// The tokens that they come after.
    let first_story_tokens_64: [Int32]
  }

  /// Floats of a file of numpy, without its header of 128 bytes.
  private func golden() throws -> [Float] {
    let bytes = try Stories.bytes("golden/logits-first-64.npy")
    return bytes.dropFirst(128).withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: 4).map {
        Float(bitPattern: UInt32(littleEndian: raw.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
      }
    }
  }

  // Would catch halves that turn in place of pairs, a wrong head for a query, an epsilon left out.
  @Test func logitsAreTheReferences() throws {
    let (model, expected) = (try Llama2CModel(Stories.path("stories260K.bin")), try golden())
    let tokens = try JSONDecoder().decode(Summary.self, from: Data(Stories.bytes("golden/summary.json")))
      .first_story_tokens_64
    try #require(expected.count == 64 * 512 && tokens.count == 64)
    let weights = try TransformerWeights(model.configuration) { try model.weights(of: $0) }
    for set in InstructionSet.available {
      let engine = TransformerEngine(
        weights, compute: Compute(kernels: try Kernels(set), pool: ThreadPool(threads: 2)))
      engine.read(tokens[...], into: engine.cache(), afterEach: true) { position, logits in
        // The reference adds floats in another order: some hundred roundings of 6e-8, of logits of up to 20.
        for (token, logit) in logits.enumerated() {
          let difference = abs(logit - expected[position * 512 + token])
          #expect(difference < 1e-4, "\(set), token \(token) after \(position + 1)")
        }
      }
    }
  }
}
