import Catalog
import Checkpoints
import Evaluation
import Layers
import Passes
import Quantization
import Tables
import StageKit
import TestSupport
import Tensors
import Testing

/// Ten thousand damaged checkpoints, of every stage: each reads and then runs, or is refused in one line. None traps,
/// which would end this process.
@Suite("Damaged checkpoints") struct StageFileDamageTests {
  @Test func eachRunsOrIsRefusedInOneLine() throws {
    var generator = SeededGenerator(seed: 2025)
    let kinds = try TinyCheckpoint.all()
    var refused = [Int](repeating: 0, count: kinds.count)
    let rounds = 10_000
    for round in 0..<rounds {
      let kind = kinds[round % kinds.count]
      let damage = Damage(&generator, of: kind.checkpoint)
      let file = StageFile(path: "x.safetensors", content: .inMemory(try damage.bytes()))
      do {
        try kind.use(file, round)
      } catch {
        refused[round % kinds.count] += 1
        let line = OneLine.describe(error)
        if line.isEmpty || !line.isOneLine || line.contains("Swift.") {
          Issue.record("\(kind.name), round \(round), \(damage): \(line)")
        }
      }
    }
    // Neither outcome may swallow the other, in any kind.
    for (kind, count) in zip(kinds, refused) {
      let all = rounds / kinds.count
      #expect(count > all / 20 && count < all - all / 20, "\(kind.name): \(count) of \(all) refused")
    }
  }

  /// Those that once ended a stage in a trap.
  @Test(arguments: [
    ("l0.observed", Tensor([2], [.nan, 1.71] as [Float]), "two finite numbers, the lower first, found [nan, 1.71]"),
    ("l0.observed", Tensor([2], [2, 1] as [Float]), "two finite numbers, the lower first, found [2.0, 1.0]"),
    (
      "quant.observed", Tensor([2], [0, .infinity] as [Float]), "two finite numbers, the lower first, found [0.0, inf]"
    ),
  ])
  func aRangeIsFiniteAndOrdered(_ name: String, _ tensor: Tensor, _ complaint: String) throws {
    let kind = try #require(try TinyCheckpoint.all().first { $0.name == "calibrate" })
    var checkpoint = kind.checkpoint
    checkpoint.tensors[name] = tensor
    let file = StageFile(path: "x.safetensors", content: .inMemory(try Safetensors.encode(checkpoint)))
    let error = line { try kind.use(file, 0) }
    #expect(
      error
        == "x.safetensors: parameter '\(name)': expected \(complaint); run the stage that made this checkpoint again")
  }

  @Test(arguments: [Float.nan, 0, -1, .infinity])
  func aLearnedScaleIsFiniteAndAboveZero(_ scale: Float) throws {
    let kind = try #require(try TinyCheckpoint.all().first { $0.name == "qat" })
    var checkpoint = kind.checkpoint
    let name = "l0.learned_weight_scale"
    let count = try #require(checkpoint.tensors[name]?.shape.count)
    checkpoint.tensors[name] = Tensor([count], [Float](repeating: scale, count: count))
    let file = StageFile(path: "x.safetensors", content: .inMemory(try Safetensors.encode(checkpoint)))
    let error = line { try kind.use(file, 0) }
    #expect(
      error?.hasPrefix("x.safetensors: parameter '\(name)': expected finite scales above zero, found \(scale)") == true)
  }
}
