import Kernels
import Networks
import Passes
import Quantization
import QuantizedLayers
import TestSupport
import Tensors

extension QuantizedModel {
  /// A network of random parameters, quantized by a scheme on images of random pixels.
  static func graph(
    _ network: Network, scheme: QuantizationScheme = .plain(batches: 2, batchSize: 2), images: ImageSet? = nil
  ) throws -> QuantizedModel {
    try Convert.convert(
      Calibrate.calibrate(
        FloatModel(random: network), scheme: scheme, images: images ?? .random(4, of: network, seed: 3),
        compute: Compute())
    ).model
  }
}

extension ImageSet {
  /// Images of random pixels, all of class 0.
  static func random(_ count: Int, of network: Network, seed: UInt64) -> ImageSet {
    var random = SeededGenerator(seed: seed, stream: 3)
    let shape = network.input
    return ImageSet(
      shape: [shape.channels, shape.height, shape.width],
      pixels: random.integers(count * shape.count, 0...255 as ClosedRange<UInt8>),
      labels: [UInt8](repeating: 0, count: count))
  }
}
