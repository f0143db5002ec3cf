import Networks
import TestSupport
import Tensors
import Testing

@Suite struct NetworkValuesTests {
  @Test func shapesAreThoseOfPyTorch() throws {
    // torch 2.13.0: Conv2d(1, 4, 3, padding=1), MaxPool2d(2), Conv2d(4, 7, 5, stride=3, padding=2), on 1 x 29 x 27.
    let network = Network(
      1, 29, 27,
      [
        .conv2d(Conv2d(out: 4, kernel: 3, padding: 1)), .batchNorm2d(BatchNorm2d()),
        .maxPool2d(MaxPool2d(kernel: 2)),
        .conv2d(Conv2d(out: 7, kernel: 5, stride: 3, padding: 2, bias: false)), .relu, .flatten,
        .linear(Linear(out: 10)),
      ])
    let shapes = try network.shapes()
    #expect(
      shapes.map(\.description) == [
        "1x29x27", "4x29x27", "4x29x27", "4x14x13", "7x5x5", "7x5x5", "175 features", "10 features",
      ])
    let expected: [String: Shape] = [
      "l0.weight": [4, 1, 3, 3], "l0.bias": [4], "l1.weight": [4], "l1.bias": [4], "l1.running_mean": [4],
      "l1.running_var": [4], "l3.weight": [7, 4, 5, 5], "l6.weight": [10, 175], "l6.bias": [10],
    ]
    #expect(try network.parameterShapes() == expected)
  }

  @Test func theOutlineTellsWhatIsNotTheDefault() throws {
    let operations: [Networks.Operation] = [
      .conv2d(Conv2d(out: 16, kernel: 3, stride: 2, padding: 1, relu: true)),
      .maxPool2d(MaxPool2d(kernel: 3, stride: 1)),
      .averagePool2d(AveragePool2d(kernel: 2)), .averagePool2d(AveragePool2d(kernel: 3, stride: 2)),
      .averagePool2d(AveragePool2d()), .flatten, .linear(Linear(out: 10, relu: true)),
    ]
    #expect(
      operations.map(\.outline)
        == [
          "conv2d 3x3, stride 2, padding 1, relu", "maxPool2d 3x3, stride 1", "averagePool2d 2x2",
          "averagePool2d 3x3, stride 2", "averagePool2d, global", "flatten", "linear, relu",
        ])
  }

  private func error(_ network: Network) -> NetworkError? {
    do throws(NetworkError) {
      _ = try network.shapes()
      return nil
    } catch {
      return error
    }
  }

  /// The complaint about the last of some layers on a 3 x 8 x 6 image.
  private func complaint(_ operations: Networks.Operation...) -> String? {
    error(Network(3, 8, 6, operations)).map { "\($0)" }
  }

  @Test(arguments: [(0, 8, 6), (3, 0, 6), (3, 8, -1), (3, 8, 1 << 21)]) func anInputHasPixels(
    _ c: Int, _ h: Int, _ w: Int
  ) {
    #expect(error(Network(c, h, w, [.flatten])) == .badInput(ImageShape(channels: c, height: h, width: w)))
  }

  @Test func aNetworkHasLayers() { #expect(error(Network(1, 1, 1, [])) == .noLayers) }

  // Names become tensors' names, and rows of tables.
  @Test(arguments: ["", ".", ".a", "a.", "a..b", "a. b", "a b", "a/b", "a\\b", "a\"b", "a\tb", "a\n", "a\r\nb"])
  func aNameIsAWord(
    _ name: String
  ) {
    let network = Network(
      name: "N", input: ImageShape(channels: 1, height: 1, width: 1), layers: [Layer(name, .relu)])
    #expect(error(network) == .badName(name))
  }

  // As PyTorch names the modules of modules.
  @Test(arguments: ["net.1", "layer1.0.conv1", "0"]) func aNameMayHaveDots(_ name: String) throws {
    let conv = Layer(name, .conv2d(Conv2d(out: 2, kernel: 1)))
    let network = Network(name: "N", input: ImageShape(channels: 1, height: 1, width: 1), layers: [conv])
    #expect(try network.parameterShapes() == ["\(name).weight": [2, 1, 1, 1], "\(name).bias": [2]])
  }

  // The catalog would hold the scale of a's weight and that of what leaves the second layer under one name.
  @Test func aNameIsNotThatOfAnotherLayersTensor() {
    let layers: (String, Networks.Operation) -> Network = { second, first in
      Network(
        name: "N", input: ImageShape(channels: 1, height: 1, width: 1),
        layers: [Layer("a", first), Layer(second, .relu)])
    }
    let conv = Networks.Operation.conv2d(Conv2d(out: 1, kernel: 1, bias: false))
    #expect(error(layers("a.weight", conv)) == .nameOfTensor("a.weight", of: "a"))
    #expect(error(layers("a.bias", conv)) == .nameOfTensor("a.bias", of: "a"))
    #expect(
      error(layers("a.num_batches_tracked", .batchNorm2d(BatchNorm2d())))
        == .nameOfTensor("a.num_batches_tracked", of: "a"))
    #expect(error(layers("a.relu", conv)) == nil)
    #expect(error(layers("b.weight", conv)) == nil)
    #expect(error(layers("a.weight", .relu)) == nil)
    #expect(
      "\(NetworkError.nameOfTensor("a.weight", of: "a"))"
        == "layer 'a.weight': the name is that of a tensor of layer 'a'; every layer needs its own")
  }

  @Test(arguments: ["a", Network.inputName]) func aNameIsTakenOnce(_ name: String) {
    let network = Network(
      name: "N", input: ImageShape(channels: 1, height: 1, width: 1),
      layers: [Layer("a", .relu), Layer(name, .relu)])
    #expect(error(network) == .repeatedName(name))
  }

  /// The complaint about layers that name what they read.
  private func complaint(reading inputs: [[String]?]) -> String? {
    let layers = inputs.enumerated().map { Layer("l\($0)", .relu, inputs: $1) }
    return error(Network(name: "N", input: ImageShape(channels: 1, height: 1, width: 1), layers: layers)).map {
      "\($0)"
    }
  }

  @Test func aLayerReadsWhatStandsBeforeIt() throws {
    let read = "layer 'l1', inputs: expected names among quant, l0, found"
    #expect(complaint(reading: [nil, ["l0"]]) == nil)
    #expect(complaint(reading: [["quant"], nil]) == nil)
    #expect(complaint(reading: [nil, ["l1"]]) == "\(read) 'l1'")
    #expect(complaint(reading: [nil, ["l2"], nil]) == "\(read) 'l2'")
    #expect(complaint(reading: [nil, [""]]) == "\(read) ''")
    #expect(
      complaint(reading: [nil, []]) == "layer 'l0': expected a later layer that reads it, found none; "
        + "name it in inputs, or remove it")
    #expect(complaint(reading: [nil, ["l0", "quant"]]) == "layer 'l1': relu reads 1 value, found 2 in inputs")
    #expect(
      complaint(reading: [nil, ["l0", "l0"]]) == "layer 'l1', inputs: expected different values, found 'l0' twice")
    #expect(complaint(reading: [[]]) == "layer 'l0': relu reads 1 value, found 0 in inputs")
  }

  @Test func aLayerThatNothingReadsIsNoPart() {
    #expect(
      complaint(reading: [nil, ["quant"], nil])
        == "layer 'l0': expected a later layer that reads it, found none; name it in inputs, or remove it")
  }

  @Test func aLinearLayerNeedsAVector() {
    #expect(
      complaint(.linear(Linear(out: 2)))
        == "layer 'l0': linear needs a vector, found an image 3x8x6; add flatten")
  }

  @Test func imagesAreNeededByWhatSlides() {
    let needs = "needs an image, found 144 features"
    #expect(complaint(.flatten, .conv2d(Conv2d(out: 1, kernel: 1))) == "layer 'l1': conv2d \(needs)")
    #expect(complaint(.flatten, .maxPool2d(MaxPool2d(kernel: 1))) == "layer 'l1': maxPool2d \(needs)")
    #expect(complaint(.flatten, .averagePool2d(AveragePool2d())) == "layer 'l1': averagePool2d \(needs)")
    #expect(complaint(.flatten, .batchNorm2d(BatchNorm2d())) == "layer 'l1': batchNorm2d \(needs)")
  }

  @Test func sizesAreAtLeastOne() {
    #expect(complaint(.conv2d(Conv2d(out: 0, kernel: 1))) == "layer 'l0': out must be at least 1, found 0")
    #expect(complaint(.conv2d(Conv2d(out: 1, kernel: 0))) == "layer 'l0': kernel must be at least 1, found 0")
    #expect(
      complaint(.conv2d(Conv2d(out: 1, kernel: 1, stride: 0)))
        == "layer 'l0': stride must be at least 1, found 0")
    #expect(
      complaint(.conv2d(Conv2d(out: 1, kernel: 1, padding: -1)))
        == "layer 'l0': padding must be at least 0, found -1")
    #expect(complaint(.maxPool2d(MaxPool2d(kernel: 0))) == "layer 'l0': kernel must be at least 1, found 0")
    #expect(
      complaint(.maxPool2d(MaxPool2d(kernel: 1, stride: -2)))
        == "layer 'l0': stride must be at least 1, found -2")
    #expect(
      complaint(.averagePool2d(AveragePool2d(kernel: 0))) == "layer 'l0': kernel must be at least 1, found 0")
    #expect(complaint(.flatten, .linear(Linear(out: 0))) == "layer 'l1': out must be at least 1, found 0")
  }

  // PyTorch's (size + 2 padding - kernel) / stride + 1, by hand.
  @Test func paddingMayReachPastTheKernel() throws {
    for (conv, shape) in [
      (Conv2d(out: 2, kernel: 3, padding: 3), "2x12x10"), (Conv2d(out: 2, kernel: 3, stride: 2, padding: 5), "2x8x7"),
      (Conv2d(out: 2, kernel: 1, stride: 3, padding: 4), "2x6x5"), (Conv2d(out: 2, kernel: 20, padding: 9), "2x7x5"),
    ] {
      #expect(try Network(3, 8, 6, [.conv2d(conv)]).shapes().last?.description == shape)
    }
  }

  @Test func aKernelFitsItsInput() {
    #expect(
      complaint(.maxPool2d(MaxPool2d(kernel: 7)))
        == "layer 'l0': kernel 7 is larger than its input 3x8x6 with padding 0")
    #expect(
      complaint(.conv2d(Conv2d(out: 1, kernel: 9, padding: 1)))
        == "layer 'l0': kernel 9 is larger than its input 3x8x6 with padding 1")
    #expect(complaint(.conv2d(Conv2d(out: 1, kernel: 8, padding: 1))) == nil)
  }

  @Test func batchNormalizationsConstantsMakeSense() {
    for epsilon in [0, -1, .nan, .infinity] as [Float] {
      #expect(complaint(.batchNorm2d(BatchNorm2d(epsilon: epsilon))) == "layer 'l0': epsilon must be above 0")
    }
    for momentum in [-0.1, 1.1, .nan] as [Float] {
      #expect(
        complaint(.batchNorm2d(BatchNorm2d(momentum: momentum)))
          == "layer 'l0': momentum must be within 0...1")
    }
  }

  // Would catch a product that overflows and stops the program: sizes come from files.
  @Test func hugeSizesAreRefused() {
    #expect(
      complaint(.conv2d(Conv2d(out: .max, kernel: 1)))
        == "layer 'l0': out must be at most 1048576, found \(Int.max)")
    #expect(
      complaint(.conv2d(Conv2d(out: 1, kernel: 3, padding: .max - 1)))?.hasPrefix(
        "layer 'l0': padding must be at most")
        == true)
    #expect(
      complaint(.conv2d(Conv2d(out: 1, kernel: .max)))?.hasPrefix("layer 'l0': kernel must be at most")
        == true)
    #expect(complaint(.maxPool2d(MaxPool2d(kernel: 1, stride: .max)))?.contains("at most 1048576") == true)
    let large = 1 << 20
    #expect(
      complaint(.conv2d(Conv2d(out: 1, kernel: 1, padding: large)))
        == "layer 'l0': expected at most 268435456 values, found 3x2097160x2097158")
    #expect(
      complaint(.conv2d(Conv2d(out: large, kernel: large, padding: large - 1)))?
        .contains("expected at most 268435456 values") == true)
    #expect(
      error(Network(large, large, large, [.flatten, .linear(Linear(out: large))])).map { "\($0)" }?
        .contains("expected at most 268435456 values") == true)
  }

  @Test func messagesSayWhere() {
    #expect(
      "\(NetworkError.missingParameter("a.weight", [2, 3]))"
        == "parameter 'a.weight': expected shape [2, 3], found none")
    #expect("\(NetworkError.repeatedName("a"))" == "layer 'a': the name is taken; every layer needs its own")
    #expect(
      "\(NetworkError.badName("a b"))"
        == "layer name 'a b': expected a word, or several with a dot between them, without slashes, quotes or blanks")
    #expect("\(NetworkError.noLayers)" == "network: expected at least one layer, found none")
  }
}
