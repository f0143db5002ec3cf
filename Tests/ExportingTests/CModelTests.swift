import Exporting
import Kernels
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite(.enabled(if: !CCompiler.all.isEmpty, Comment(rawValue: CCompiler.absence)))
struct CModelTests {
  /// Graphs that nobody wrote, quantized.
  private func graphs(_ profiles: [NumericProfile], seeds: ClosedRange<Int> = 1...20) throws -> [CModelRun.Subject] {
    try seeds.flatMap { seed in
      let network = try Network(randomGraph: UInt64(seed))
      let images = ImageSet.random(4, of: network, seed: UInt64(seed))
      return try profiles.map { profile in
        let model = try QuantizedModel.graph(
          network, scheme: .plain(profile: profile, batches: 2, batchSize: 2), images: images)
        return CModelRun.Subject(name: "graph \(seed), \(profile)", model: model, pixels: images.pixels)
      }
    }
  }

  // Every integer of every layer is the engine's, nothing beside arrays is touched, and nothing is left undefined.
  @Test(
    .enabled("no compiler here has sanitizers") { CCompiler.all.contains { !$0.sanitizers.isEmpty } },
    arguments: CCompiler.all.filter { !$0.sanitizers.isEmpty }.prefix(1))
  func graphsGiveTheEnginesIntegers(_ compiler: CCompiler) throws {
    let run = try CModelRun(graphs([.octavo, .qnnpack]))
    try run.expectTheEngines(run.answers(compiler, flags: ["-O0"] + compiler.sanitizers))
  }

  // Nor does an optimizer change one, or warn of anything.
  @Test(arguments: CCompiler.all)
  func optimizedGraphsGiveTheEnginesIntegers(_ compiler: CCompiler) throws {
    let run = try CModelRun(graphs([.octavo, .qnnpack], seeds: 1...4))
    try run.expectTheEngines(run.answers(compiler))
  }

  @Test func theSameModelIsTheSameText() throws {
    let texts = try (0..<2).map { _ in
      let model = try CModelRun(graphs([.octavo], seeds: 1...3)).models
      return model.map { $0.header + $0.source }
    }
    #expect(texts[0] == texts[1])
  }
}
