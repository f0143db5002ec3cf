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
  // Graphs that nobody wrote: every integer of every layer is the engine's, and nothing beside arrays is touched.
  @Test(arguments: CCompiler.all) func graphsGiveTheEnginesIntegers(_ compiler: CCompiler) throws {
    let subjects = try (1...20).flatMap { seed in
      try [NumericProfile.octavo, .qnnpack].map { profile in
        let network = try Network(randomGraph: UInt64(seed))
        let shape = network.input
        var random = SeededGenerator(seed: UInt64(seed), stream: 3)
        let images = ImageSet(
          shape: [shape.channels, shape.height, shape.width],
          pixels: random.integers(4 * shape.count, 0...255 as ClosedRange<UInt8>), labels: [0, 1, 2, 3])
        let model = try Convert.convert(
          Calibrate.calibrate(
            FloatModel(random: network), scheme: .plain(profile: profile, batches: 2, batchSize: 2), images: images,
            compute: Compute())
        ).model
        return CModelRun.Subject(name: "graph \(seed), \(profile)", model: model, pixels: images.pixels)
      }
    }
    let run = try CModelRun(subjects)
    try run.expectTheEngines(run.answers(compiler))
  }
}
