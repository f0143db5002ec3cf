import Kernels
import Layers
import Networks
import TestSupport
import Tensors
import Testing

@Suite struct WinogradConv2dTests {
  /// Widths of one band and of several, channels beside the lanes' number, with and without padding, bias and ReLU.
  static let networks = [
    Network(8, 4, 4, [.conv2d(Conv2d(out: 8, kernel: 3, padding: 1, relu: true))]),
    Network(9, 14, 10, [.conv2d(Conv2d(out: 17, kernel: 3))]),
    Network(16, 28, 28, [.conv2d(Conv2d(out: 32, kernel: 3, padding: 1, bias: false, relu: true))]),
    Network(33, 6, 34, [.conv2d(Conv2d(out: 8, kernel: 3, padding: 2))]),
    Network(8, 4, 8, [.conv2d(Conv2d(out: 9, kernel: 3, padding: 3))]),
    Network(9, 8, 4, [.conv2d(Conv2d(out: 8, kernel: 3, padding: 5))]),
  ]

  private func logits(
    _ network: Network, _ convolution: ConvolutionAlgorithm, _ compute: Compute, count: Int
  ) throws -> (logits: [Float], images: [Float], model: FloatModel) {
    let model = try FloatModel(random: network)
    var random = SeededGenerator(seed: 17)
    let images = random.floats(count * network.input.count)
    let engine = try FloatEngine(model, capacity: count, convolution: convolution, compute: compute)
    return (engine.logits(images, count: count), images, model)
  }

  // The stated bound: 2^-19 of the largest sum of magnitudes. Would catch a tile out of place, a plane taken twice, and
  // a border that is not read as zeros.
  @Test(arguments: networks) func outputsAreWithinTheBound(_ network: Network) throws {
    let (found, images, model) = try logits(network, .winograd, Compute(), count: 3)
    let reference = try Reference(model)
    let exact = images.map(Double.init)
    let expected = reference.layer(0, exact, count: 3)
    let largest = reference.magnitudes.layer(0, exact.map(abs), count: 3).max() ?? 0
    #expect(zip(found, expected).allSatisfy { abs(Double($0) - $1) <= largest * 0x1p-19 })
    // It is another order of sums than the direct one, or it would not be Winograd's.
    #expect(found != (try logits(network, .direct, Compute(), count: 3).logits))
  }

  @Test(arguments: networks) func bitsDependOnNeitherThreadsNorInstructionSet(_ network: Network) throws {
    let results = try Compute.all().map { bits(try logits(network, .winograd, $0, count: 11).logits) }
    #expect(results.allSatisfy { $0 == results[0] })
  }

  // Other kernels, strides and sizes, and few channels, are computed directly.
  @Test(arguments: [
    Network(8, 6, 4, [.conv2d(Conv2d(out: 8, kernel: 3, padding: 1))]),
    Network(8, 8, 8, [.conv2d(Conv2d(out: 8, kernel: 5, padding: 2))]),
    Network(8, 8, 8, [.conv2d(Conv2d(out: 8, kernel: 3, stride: 2, padding: 1))]),
    Network(7, 8, 8, [.conv2d(Conv2d(out: 8, kernel: 3, padding: 1))]),
  ])
  func whatDoesNotFitIsDirect(_ network: Network) throws {
    let results = try [ConvolutionAlgorithm.direct, .winograd].map {
      try logits(network, $0, Compute(), count: 2).logits
    }
    #expect(bits(results[0]) == bits(results[1]))
  }
}
