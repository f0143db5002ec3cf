import Timing
import Benchmarks
import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import Tensors
import TestSupport

/// A network with every kind of layer that has kernels, small enough for plain C.
enum Sample {
  static let network = Network(
    name: "Tiny", input: ImageShape(channels: 1, height: 8, width: 8),
    layers: [
      Layer("conv1", .conv2d(Conv2d(out: 8, kernel: 3, padding: 1, relu: true))),
      Layer("conv2", .conv2d(Conv2d(out: 8, kernel: 3, padding: 1, relu: true))),
      Layer("pool", .maxPool2d(MaxPool2d(kernel: 3, stride: 2))),
      Layer("flatten", .flatten),
      Layer("fc1", .linear(Linear(out: 40, relu: true))),
      Layer("fc2", .linear(Linear(out: 10))),
    ])

  static let images: ImageSet = {
    var random = SeededGenerator(seed: 5)
    return ImageSet(
      shape: [1, 8, 8], pixels: random.integers(21 * 64, UInt8(0)...255), labels: random.integers(21, UInt8(0)...9))
  }()

  static func models(images: ImageSet = images) throws -> BenchmarkModels {
    try BenchmarkModels(
      float: FloatModel(random: network), int8: QuantizedModel(random: network, profile: .octavo), images: images,
      dataset: "drawn")
  }

  static func row(_ kind: BenchmarkRow.Kind, _ name: String, threads: Int = 1, rate: Double = 100) -> BenchmarkRow {
    BenchmarkRow(
      kind: kind, name: name, shape: "1x8x8", instructionSet: "avx2", threads: threads, batch: 64, images: 64,
      timing: Timing(seconds: [0.5, 0.25, 1]), rate: rate, unit: kind == .kernel ? .operations : .images,
      percentOfCeiling: kind == .kernel ? 50 : nil, memoryBytes: kind == .growth ? 4_000_000 : nil)
  }
}
