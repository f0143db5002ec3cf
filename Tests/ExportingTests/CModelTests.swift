import Exporting
import Kernels
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite(.enabled(if: !CCompiler.all.isEmpty, Comment(rawValue: CCompiler.absence)))
struct CModelTests {
  /// Graphs that nobody wrote, quantized.
  private func graphs(_ profiles: [NumericProfile]) throws -> [CModelRun.Subject] {
    try (1...20).flatMap { seed in
      let network = try Network(randomGraph: UInt64(seed))
      let shape = network.input
      var random = SeededGenerator(seed: UInt64(seed), stream: 3)
      let images = ImageSet(
        shape: [shape.channels, shape.height, shape.width],
        pixels: random.integers(4 * shape.count, 0...255 as ClosedRange<UInt8>), labels: [0, 1, 2, 3])
      return try profiles.map { profile in
        let model = try Convert.convert(
          Calibrate.calibrate(
            FloatModel(random: network), scheme: .plain(profile: profile, batches: 2, batchSize: 2), images: images,
            compute: Compute())
        ).model
        return CModelRun.Subject(name: "graph \(seed), \(profile)", model: model, pixels: images.pixels)
      }
    }
  }

  // Every integer of every layer is the engine's, nothing beside arrays is touched, and nothing is left undefined.
  @Test(arguments: CCompiler.all.filter { !$0.sanitizers.isEmpty }.prefix(1))
  func graphsGiveTheEnginesIntegers(_ compiler: CCompiler) throws {
    let run = try CModelRun(graphs([.octavo, .qnnpack]))
    try run.expectTheEngines(run.answers(compiler, flags: ["-O0"] + compiler.sanitizers))
  }

  // Nor does an optimizer change one, or warn of anything.
  @Test(arguments: CCompiler.all)
  func optimizedGraphsGiveTheEnginesIntegers(_ compiler: CCompiler) throws {
    let run = try CModelRun(graphs([compiler.path.hasSuffix("gcc") ? .octavo : .qnnpack]))
    try run.expectTheEngines(run.answers(compiler))
  }

  @Test func theSameModelIsTheSameText() throws {
    let texts = try (0..<2).map { _ in
      let model = try CModelRun(Array(graphs([.octavo]).prefix(3))).models
      return model.map { $0.header + $0.source }
    }
    #expect(texts[0] == texts[1])
  }
}
