import Kernels
import Layers
import Networks
import TestSupport
import Tensors
import Testing

/// Every backward pass against central differences of the reference's loss.
///
/// The difference with a step of 1e-6 is good to about 1e-9 (the loss's rounding, 2^-52, over the step). A float
/// gradient is a sum of up to a few hundred products behind a forward pass of such sums: about 300 * 2^-24 = 2^-16
/// of the terms' magnitudes, which may cancel to an eighth of them. Hence 2^-13 of the tensor's largest gradient: a
/// wrong tap, border, shard or statistic is off by a large part of it.
@Suite struct GradientTests {
  private static let tolerance = 0x1p-13

  static let networks: [(name: String, network: Network)] = [
    (
      "convolution, ReLU, pool",
      Network(
        1, 6, 7,
        [
          .conv2d(Conv2d(out: 3, kernel: 3, padding: 1)), .relu, .maxPool2d(MaxPool2d(kernel: 2)), .flatten,
          .linear(Linear(out: 4)),
        ])
    ),
    (
      "strides of 2 and 3 with padding, without a pool",
      Network(
        2, 9, 8,
        [
          .conv2d(Conv2d(out: 3, kernel: 3, padding: 2, bias: false)),
          .conv2d(Conv2d(out: 5, kernel: 3, stride: 2, padding: 1, relu: true)),
          .conv2d(Conv2d(out: 4, kernel: 4, stride: 3, padding: 3)), .flatten, .linear(Linear(out: 3)),
        ])
    ),
    (
      "batch normalization between convolutions",
      Network(
        2, 5, 6,
        [
          .conv2d(Conv2d(out: 3, kernel: 3, padding: 1, bias: false)), .batchNorm2d(BatchNorm2d()), .relu,
          .conv2d(Conv2d(out: 4, kernel: 2, padding: 1)), .batchNorm2d(BatchNorm2d(epsilon: 0.1)), .flatten,
          .linear(Linear(out: 6, relu: true)), .linear(Linear(out: 3, bias: false)),
        ])
    ),
    (
      "overlapping pool, pool with gaps, ReLU behind a pool",
      Network(
        2, 9, 8,
        [
          .conv2d(Conv2d(out: 3, kernel: 3, padding: 1)), .maxPool2d(MaxPool2d(kernel: 3, stride: 1)), .relu,
          .conv2d(Conv2d(out: 4, kernel: 3, padding: 2)), .maxPool2d(MaxPool2d(kernel: 2, stride: 3)),
          .flatten,
          .linear(Linear(out: 3)),
        ])
    ),
    (
      "a convolution straight into a linear layer, ReLU behind flatten, more channels than a panel",
      Network(
        2, 4, 4,
        [
          .conv2d(Conv2d(out: 17, kernel: 1)), .conv2d(Conv2d(out: 3, kernel: 3, relu: true)),
          .conv2d(Conv2d(out: 18, kernel: 2, padding: 1)), .flatten, .relu, .linear(Linear(out: 19)), .relu,
          .linear(Linear(out: 3)),
        ])
    ),
    (
      "channels enough for Winograd, forward and backward",
      Network(
        1, 8, 4,
        [
          .conv2d(Conv2d(out: 8, kernel: 3, padding: 1, relu: true)),
          .conv2d(Conv2d(out: 9, kernel: 3, padding: 1, relu: true)),
          .conv2d(Conv2d(out: 8, kernel: 3, padding: 1, bias: false)), .flatten, .linear(Linear(out: 3)),
        ])
    ),
    (
      "padding as wide as the kernel and wider, strides of 1, 2 and 3",
      Network(
        2, 5, 4,
        [
          .conv2d(Conv2d(out: 3, kernel: 2, padding: 2, bias: false)),
          .conv2d(Conv2d(out: 5, kernel: 3, stride: 2, padding: 4, relu: true)),
          .conv2d(Conv2d(out: 4, kernel: 1, stride: 3, padding: 2)), .conv2d(Conv2d(out: 3, kernel: 2, padding: 3)),
          .flatten, .linear(Linear(out: 3)),
        ])
    ),
    (
      "Winograd backward from a padding as wide as the kernel",
      Network(
        1, 4, 4,
        [
          .conv2d(Conv2d(out: 8, kernel: 3, padding: 1, relu: true)), .conv2d(Conv2d(out: 9, kernel: 3, padding: 3)),
          .flatten, .linear(Linear(out: 3)),
        ])
    ),
    (
      "average pools: overlapping, with gaps, of the whole map",
      Network(
        2, 9, 8,
        [
          .conv2d(Conv2d(out: 3, kernel: 3, padding: 1)), .averagePool2d(AveragePool2d(kernel: 3, stride: 1)),
          .conv2d(Conv2d(out: 4, kernel: 3, padding: 2, relu: true)),
          .averagePool2d(AveragePool2d(kernel: 2, stride: 3)),
          .conv2d(Conv2d(out: 5, kernel: 2)), .averagePool2d(AveragePool2d()), .flatten, .linear(Linear(out: 3)),
        ])
    ),
    (
      "batch normalization and a pool of the input",
      Network(
        3, 6, 6,
        [
          .batchNorm2d(BatchNorm2d()), .maxPool2d(MaxPool2d(kernel: 2)), .batchNorm2d(BatchNorm2d()),
          .flatten,
          .linear(Linear(out: 3)),
        ])
    ),
    (
      "rectangular kernels and strides, padding of each side its own, dilation, groups",
      Network(
        2, 9, 10,
        [
          .conv2d(
            Conv2d(
              out: 4, kernel: Pair(3, 2), stride: Pair(1, 2), padding: Padding(top: 0, left: 2, bottom: 1, right: 0))),
          .conv2d(Conv2d(out: 6, kernel: Pair(2, 3), padding: 1, dilation: Pair(2, 1), groups: 2, relu: true)),
          .conv2d(
            Conv2d(out: 4, kernel: 2, stride: 2, padding: Padding(top: 2, left: 0, bottom: 0, right: 1), dilation: 2)),
          .flatten, .linear(Linear(out: 3)),
        ])
    ),
    (
      "depthwise convolutions, of more channels than a panel too",
      Network(
        3, 7, 6,
        [
          .conv2d(Conv2d(out: 3, kernel: 3, padding: 1, groups: 3, relu: true)),
          .conv2d(Conv2d(out: 19, kernel: 1)),
          .conv2d(
            Conv2d(
              out: 19, kernel: Pair(3, 2), stride: Pair(2, 1), padding: Padding(top: 1, left: 0, bottom: 0, right: 2),
              dilation: Pair(1, 2), groups: 19, bias: false)),
          .flatten, .linear(Linear(out: 3)),
        ])
    ),
    (
      "pools with padding, rectangular, cut off at the end",
      Network(
        2, 8, 9,
        [
          .conv2d(Conv2d(out: 3, kernel: 3, padding: 1)),
          .maxPool2d(MaxPool2d(kernel: 3, stride: 2, padding: 1)),
          .conv2d(Conv2d(out: 4, kernel: 3, padding: 2)),
          .averagePool2d(AveragePool2d(kernel: Pair(2, 3), stride: 2, padding: 1, ceil: true)),
          .averagePool2d(AveragePool2d(kernel: 2, stride: 2, padding: 1, countIncludePad: false)),
          .maxPool2d(MaxPool2d(kernel: Pair(1, 2), ceil: true)), .flatten, .linear(Linear(out: 3)),
        ])
    ),
    (
      "functions of each value, batch normalization of a vector and behind a ReLU",
      Network(
        2, 5, 5,
        [
          .conv2d(Conv2d(out: 4, kernel: 3)), .leakyReLU(LeakyReLU(slope: 0.2)), .hardSwish,
          .batchNorm2d(BatchNorm2d(relu: true)), .flatten, .linear(Linear(out: 7)), .batchNorm1d(BatchNorm1d()),
          .sigmoid, .linear(Linear(out: 5)), .relu6, .linear(Linear(out: 3)), .softmax,
        ])
    ),
    (
      "a residual sum, a concatenation, values that several layers read",
      Network(
        2, 6, 6,
        layers: [
          Layer("a", .conv2d(Conv2d(out: 4, kernel: 3, padding: 1, relu: true))),
          Layer("b", .conv2d(Conv2d(out: 4, kernel: 3, padding: 1))),
          Layer("s", .add(Add(relu: true)), inputs: ["b", "a"]),
          Layer("c", .conv2d(Conv2d(out: 3, kernel: 1)), inputs: ["a"]),
          Layer("j", .concat, inputs: ["s", "c", "quant"]), Layer("p", .maxPool2d(MaxPool2d(kernel: 2))),
          Layer("f", .flatten), Layer("l", .linear(Linear(out: 3))),
        ])
    ),
  ]

  @Test(arguments: networks.indices, [ConvolutionAlgorithm.direct, .winograd])
  func gradientsAreTheLosssDerivatives(_ index: Int, _ convolution: ConvolutionAlgorithm) throws {
    let (name, network) = Self.networks[index]
    // Nine images: two shards of a convolution's sums.
    let count = 9
    var random = SeededGenerator(seed: 91, stream: UInt64(index))
    let model = try FloatModel(random: network)
    let images = random.floats(count * network.input.count)
    let labels = random.integers(count, 0...2 as ClosedRange<UInt8>)
    let reference = try Reference(model)
    let exact = images.map(Double.init)
    let gradients = try gradients(of: model, images, labels, convolution)
    for (parameter, gradient) in gradients.sorted(by: { $0.key < $1.key })
    where !parameter.contains("running") {
      let largest = gradient.reduce(0) { max($0, abs($1)) }
      let places =
        gradient.count <= 40 ? Array(gradient.indices) : (0..<40).map { _ in random.below(gradient.count) }
      for place in places {
        let expected = reference.derivative(parameter, place, exact, labels: labels)
        let error = abs(Double(gradient[place]) - expected)
        // A bias before a batch normalization has no gradient but rounding: hence a floor of that of ordinary ones.
        #expect(
          error <= Self.tolerance * max(Double(largest), 0x1p-6),
          "\(name): \(parameter)[\(place)]: \(gradient[place]), \(expected)")
      }
    }
  }

  /// The gradients in PyTorch's layout: put in the parameters' place, they are exported as parameters are.
  private func gradients(
    of model: FloatModel, _ images: [Float], _ labels: [UInt8], _ convolution: ConvolutionAlgorithm
  ) throws -> [String: [Float]] {
    let engine = try FloatEngine(
      model, capacity: labels.count, forTraining: true, convolution: convolution, compute: Compute(threads: 2))
    engine.train(images, labels: labels)
    for parameter in engine.parameters {
      parameter.values.pointer.update(from: parameter.gradient.pointer, count: parameter.values.count)
    }
    return try engine.model(for: model.network).parameters.mapValues { $0.f32 ?? [] }
  }

  // Panels hold 16 outputs each; the places past the last output are filling. Would catch a gradient that an optimizer
  // would move filling by: it would leak into the next product. The layers have 17, 3, 18, 19 and 3 outputs.
  @Test func fillingHasNoGradient() throws {
    let (_, network) = Self.networks[4]
    var random = SeededGenerator(seed: 92)
    let model = try FloatModel(random: network)
    let engine = try FloatEngine(model, capacity: 3, forTraining: true, compute: Compute())
    engine.train(random.floats(3 * network.input.count), labels: [0, 1, 2])
    let shapes = network.layers.flatMap { layer in
      ["weight", "bias"].compactMap { model.parameters["\(layer.name).\($0)"]?.shape.dimensions }
    }
    #expect(engine.parameters.count == shapes.count && shapes.count == 10)
    for (parameter, shape) in zip(engine.parameters, shapes) {
      let (outputs, inner) = (shape[0], shape.dropFirst().reduce(1, *))
      let panels = (outputs + 15) / 16
      try #require(parameter.values.count == panels * inner * 16, "\(shape)")
      let filling = parameter.values.buffer.indices.filter { $0 / (inner * 16) * 16 + $0 % 16 >= outputs }
      #expect(filling.count == (panels * 16 - outputs) * inner && !filling.isEmpty, "\(shape)")
      #expect(filling.allSatisfy { parameter.values.buffer[$0] == 0 && parameter.gradient.buffer[$0] == 0 }, "\(shape)")
      #expect(parameter.gradient.buffer.contains { $0 != 0 }, "\(shape)")
    }
  }
}
