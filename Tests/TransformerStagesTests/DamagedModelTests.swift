import Checkpoints
import Files
import Kernels
import TestSupport
import Tensors
import Testing
import Transformer
import TransformerEvaluation
import TransformerPasses
import TransformerStages

/// Figures of a damaged model are not written.
@Suite struct DamagedModelTests {
  private let compute: Compute
  private var model: SmallModel

  init() throws {
    model = try SmallModel()
    compute = Compute(kernels: try Kernels(.scalar), pool: ThreadPool(threads: 1))
  }

  private func engine(_ model: SmallModel) throws -> TransformerEngine {
    let checkpoint = try Safetensors.decode(FileBytes(of: model.write(nil)))
    return TransformerEngine(try TransformerCheckpoint(checkpoint).weights(), compute: compute)
  }

  private func json(_ first: SmallModel, _ second: SmallModel) throws -> [UInt8] {
    let (first, second) = (try engine(first), try engine(second))
    let window: [Int32] = [1, 259, 260, 259]
    return try TransformerEvaluation(
      text: "a", windows: TextWindows(unit: .lines, length: 4, most: 1),
      comparison: TextComparison(first, second, windows: [window], compute: compute),
      noise: LayerNoise(first, second, window: window), floatBytes: 1, int8Bytes: 1
    ).json()
  }

  /// The model with a classifier whose row of a token is multiplied.
  private func damaged(token: Int, by factor: Float) -> SmallModel {
    var other = model
    let rows = model.tensors["output.weight"]?.f32 ?? []
    other.tensors["output.weight"] = Tensor(
      [SmallModel.tokens, 8], rows.enumerated().map { $0 / 8 == token ? $1 * factor : $1 })
    return other
  }

  @Test func theFiguresOfNumbersAreWritten() throws {
    #expect(try json(model, damaged(token: 100, by: 1.5)).last == UInt8(ascii: "\n"))
  }

  @Test(arguments: [Float.nan, .infinity]) func logitsAreNumbers(_ factor: Float) throws {
    // Of a token that comes, and of one that does not.
    for token in [259, 100] {
      for (first, second) in [(damaged(token: token, by: factor), model), (model, damaged(token: token, by: factor))] {
        let line = try #require(line { _ = try json(first, second) })
        #expect(line.hasPrefix("the ") && line.contains(" model's logits at prediction "))
        #expect(line.hasSuffix(": expected numbers, found others; its file is damaged, make it again"))
      }
    }
  }
}
