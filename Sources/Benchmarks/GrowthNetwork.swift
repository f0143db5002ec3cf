import Kernels
import Networks
import Passes
import Quantization
import Tensors
import Training

/// A network whose width can be chosen, with random weights: two convolutions of as many channels, a pool and a linear
/// layer, over the images of the test set.
package enum GrowthNetwork {
  static func network(channels: Int, over input: ImageShape, classes: Int) -> Network {
    Network(
      name: "Width\(channels)", input: input,
      layers: [
        Layer("conv1", .conv2d(Conv2d(out: channels, kernel: 3, padding: 1, relu: true))),
        Layer("conv2", .conv2d(Conv2d(out: channels, kernel: 3, padding: 1, relu: true))),
        Layer("pool", .maxPool2d(MaxPool2d(kernel: 2))),
        Layer("flatten", .flatten),
        Layer("fc", .linear(Linear(out: classes))),
      ])
  }

  /// Both models of it, calibrated on the first of the images.
  package static func models(channels: Int, like models: BenchmarkModels, compute: Compute) throws -> BenchmarkModels {
    let classes = try models.float.network.shapes().last?.image.count ?? 1
    let network = network(channels: channels, over: models.float.network.input, classes: classes)
    let float = try Initialization.initialize(network, seed: UInt64(channels))
    let calibrated = try Calibrate.calibrate(
      float, scheme: scheme(images: min(64, models.images.count)), images: models.images, compute: compute)
    let int8 = try Convert.convert(calibrated).model
    return try BenchmarkModels(float: float, int8: int8, images: models.images, dataset: models.dataset)
  }

  /// Activations within 0...127: every product may be added in pairs.
  private static func scheme(images: Int) -> QuantizationScheme {
    QuantizationScheme(
      profile: .octavo,
      activations: TensorScheme(
        dtype: .u8, symmetry: .affine, granularity: .perTensor, range: IntegerRange(0, 127), observer: .minMax),
      weights: TensorScheme(
        dtype: .s8, symmetry: .symmetric, granularity: .perChannel, range: IntegerRange(-127, 127),
        observer: .minMax),
      calibration: CalibrationSet(batches: 1, batchSize: images, order: .file, seed: 0))
  }
}
