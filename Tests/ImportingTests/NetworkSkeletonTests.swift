import Foundation
import Importing
import Networks
import StageKit
import TestSupport
import Tensors
import Testing

@Suite struct NetworkSkeletonTests {
  /// A file of zeros with the given names and shapes.
  private func text(_ tensors: [(String, [Int])], title: String = "mine") throws -> String {
    try NetworkSkeleton(RawFile(entries: tensors.map { RawFile.f32($0, $1) }).stateDict(), title: title).text
  }

  private func conv(_ name: String, _ out: Int, _ inputs: Int, _ kernel: Int, bias: Bool = true) -> [(String, [Int])] {
    [("\(name).weight", [out, inputs, kernel, kernel])] + (bias ? [("\(name).bias", [out])] : [])
  }

  private func linear(_ name: String, _ out: Int, _ inputs: Int) -> [(String, [Int])] {
    [("\(name).weight", [out, inputs]), ("\(name).bias", [out])]
  }

  private func norm(_ name: String, _ channels: Int) -> [(String, [Int])] {
    ["weight", "bias", "running_mean", "running_var"].map { ("\(name).\($0)", [channels]) }
  }

  /// The lines of the list of layers, comments cut off.
  private func layers(_ text: String) -> [String] {
    text.split(separator: "\n").filter { $0.hasPrefix("  - ") }.map {
      String($0.prefix { $0 != "#" }).trimmingCharacters(in: .whitespaces)
    }
  }

  private func order(_ text: String) -> String? {
    text.split(separator: "\n").first { $0.hasPrefix("# Order: ") }.map { String($0.dropFirst(9)) }
  }

  private static let only = "of all chains of these layers, their shapes allow only this one."
  private static let guess = "a guess, by the names: a file does not keep it, and the shapes do not settle it."

  // Names would put the last layer first.
  @Test func aChainOfShapesIsTheOrder() throws {
    let text = try text(linear("a", 10, 84) + conv("b", 16, 6, 5) + linear("c", 84, 400) + conv("d", 6, 1, 5))
    #expect(order(text) == Self.only)
    #expect(
      layers(text) == [
        "- {name: d, type: conv2d, out: 6, kernel: 5}", "- {name: b, type: conv2d, out: 16, kernel: 5}",
        "- {name: flatten, type: flatten}", "- {name: c, type: linear, out: 84}", "- {name: a, type: linear, out: 10}",
      ])
    #expect(text.contains("16 channels of 25 pixels, 5x5 if square\n"))
    #expect(text.contains("input: {channels: 1, height: 0, width: 0}  # unknown: height, width; fill them in."))
  }

  // Filled in where it says so, it is the network that PyTorch saved: LeNet on 28 x 28, with its pools.
  @Test func filledInItIsANetworkFile() throws {
    let tensors = conv("conv1", 6, 1, 5) + conv("conv2", 16, 6, 5) + linear("fc1", 120, 256) + linear("fc2", 10, 120)
    let pool = "\n  - {name: pool%, type: maxPool2d, kernel: 2}\n  - {name: relu%, type: relu}\n"
    var pools = 0
    var filled = ""
    for line in try text(tensors).replacing("height: 0, width: 0", with: "height: 28, width: 28").split(separator: "\n")
    {
      filled += line + "\n"
      guard line.contains("# unknown: activation, pool"), pools < 2 else { continue }
      pools += 1
      filled += pool.dropFirst().replacing("%", with: "\(pools)")
    }
    let network = try ConfigFile.decode(Network.self, from: Array(filled.utf8), path: "network.yaml")
    let found = try network.parameterShapes().mapValues(\.dimensions)
    #expect(found == Dictionary(uniqueKeysWithValues: tensors))
    #expect(try network.shapes().last?.description == "10 features")
  }

  @Test func unfilledItSaysWhatIsMissing() throws {
    let network = try ConfigFile.decode(
      Network.self, from: Array(text(conv("conv1", 6, 1, 5)).utf8), path: "network.yaml")
    #expect(
      line { _ = try network.shapes() }
        == "network input: expected channels, height and width of 1 to 1048576, found 1x0x0")
  }

  @Test func aNormalizationStandsBehindTheOnlyLayerOfItsChannels() throws {
    let text = try text(
      norm("bn1", 8) + norm("bn2", 16) + norm("bn3", 32) + conv("conv1", 8, 1, 3, bias: false)
        + conv("conv2", 16, 8, 3, bias: false) + linear("fc1", 32, 64) + linear("fc2", 10, 32))
    #expect(
      layers(text) == [
        "- {name: conv1, type: conv2d, out: 8, kernel: 3, bias: false}", "- {name: bn1, type: batchNorm2d}",
        "- {name: conv2, type: conv2d, out: 16, kernel: 3, bias: false}", "- {name: bn2, type: batchNorm2d}",
        "- {name: flatten, type: flatten}", "- {name: fc1, type: linear, out: 32}", "- {name: bn3, type: batchNorm1d}",
        "- {name: fc2, type: linear, out: 10}",
      ])
    #expect(text.contains("type: batchNorm2d}  # behind 'conv1': no other layer gives 8 channels\n"))
    #expect(!text.contains("guess"))
  }

  @Test func whatShapesDoNotSettleIsCalledAGuess() throws {
    let text = try text(
      norm("bn1", 8) + norm("bn2", 8) + conv("conv1", 8, 8, 3) + conv("conv2", 8, 8, 3) + linear("fc", 10, 8))
    #expect(order(text) == Self.guess)
    #expect(text.contains("# guess: behind 'conv1': both are number 1 by name among those of 8 channels\n"))
    #expect(text.contains("# guess: behind 'conv2': both are number 2 by name among those of 8 channels\n"))
  }

  @Test func branchesAreNoChain() throws {
    let text = try text(conv("a", 8, 3, 3) + conv("b", 16, 3, 3) + linear("c", 10, 7))
    #expect(order(text) == "a guess, by the names; no chain of these layers fits their shapes, so there are branches.")
    #expect(text.contains("'a' gives\n") && text.contains("'b' gives\n"))
  }

  // nn.Sequential: names are numbers, which YAML would read as such, and those without tensors leave gaps.
  @Test func aSequentialsNumbersAreNames() throws {
    let text = try text(conv("0", 4, 1, 3) + conv("2", 8, 4, 3) + linear("10", 10, 8))
    #expect(layers(text).first == "- {name: \"0\", type: conv2d, out: 4, kernel: 3}")
    #expect(text.contains("# unknown: activation, pool; '1' has no tensors\n"))
    #expect(text.contains("# unknown: activation, pool; '3' to '9' have no tensors\n"))
    let network = try ConfigFile.decode(Network.self, from: Array(text.utf8), path: "network.yaml")
    #expect(network.layerNames == ["0", "2", "flatten", "10"])
  }

  @Test func groupsAreToldByTheChannelsThatEnter() throws {
    let text = try text(conv("a", 8, 1, 3) + conv("b", 8, 1, 3) + conv("c", 16, 8, 1))
    #expect(
      text.contains(
        "{name: b, type: conv2d, out: 8, kernel: 3, groups: 8}  # unknown: stride, padding; groups: 8 channels enter\n")
    )
    let network = try ConfigFile.decode(Network.self, from: Array(text.utf8), path: "network.yaml")
    let groups = network.layers.map { if case .conv2d(let conv) = $0.operation { conv.groups } else { 0 } }
    #expect(groups == [1, 8, 1])
  }

  @Test func aKernelThatIsNotSquareIsAListOfTwo() throws {
    let text = try text([("a.weight", [4, 3, 10, 4])])
    #expect(layers(text) == ["- {name: a, type: conv2d, out: 4, kernel: [10, 4], bias: false}"])
    let network = try ConfigFile.decode(Network.self, from: Array(text.utf8), path: "network.yaml")
    guard case .conv2d(let conv) = network.layers[0].operation else { throw Problem() }
    #expect(conv.kernel == Pair(10, 4))
  }

  private struct Problem: Error {}

  @Test func aVectorsSizeIsSaid() throws {
    #expect(
      try text(linear("fc", 10, 784)).contains(
        "input: {channels: 0, height: 0, width: 0}  # unknown: fill them in; 784 values in all, such as 1x28x28\n"))
  }

  @Test(
    arguments: [
      ([("x.weight", [4, 3, 3])], "'x': a weight of 3 dimensions, [4, 3, 3]"),
      ([("x.weight", [4]), ("x.bias", [4])], "'x': a normalization without running statistics, or a PReLU"),
      (
        [("x.weight", [3, 8, 2, 2]), ("x.bias", [8])],
        "'x': weight [3, 8, 2, 2] with bias [8]: one bias of each output was expected; a transposed convolution has them so"
      ),
      (
        [("x.running_mean", [4]), ("x.running_var", [4])],
        "'x': a batch normalization without bias, weight; add them to the file"
      ),
      ([("x.weight_ih_l0", [4, 4])], "'x': no layer is known by 'weight_ih_l0'"),
      ([("scale", [1])], "tensors of no module: 'scale'"), ([("x.weight", [0, 4])], "'x': weight [0, 4]: no values"),
      (
        [
          ("x.weight", [4]), ("x.bias", [4]), ("x.running_mean", [4]), ("x.running_var", [4]),
        ], "'x': a batch normalization of 4 channels, which no layer gives"
      ),
    ] as [([(String, [Int])], String)])
  func whatIsNoLayerHereIsSaid(_ tensors: [(String, [Int])], _ reason: String) throws {
    #expect(try text(tensors + linear("fc", 10, 3)).contains("\n# not described: \(reason)\n"))
  }

  @Test func wrappersAreTakenAway() throws {
    let text = try text([("module._orig_mod.fc.weight", [10, 4])])
    #expect(layers(text).last == "- {name: fc, type: linear, out: 10, bias: false}")
    #expect(text.contains("# Names are without 'module._orig_mod.', which stands before each in the file.\n"))
  }

  @Test func typesThatAreNotTakenAreSaid() throws {
    let file = RawFile(entries: [RawFile.wide("fc.weight", "F64", [1, 2]), RawFile.wide("n", "I64", [])])
    let text = try NetworkSkeleton(file.stateDict(), title: "x").text
    #expect(text.contains("# Tensors of type F64: 1. Save weights as float32 before they are brought in.\n"))
  }

  // A name may end lines, close a quote or be a word that YAML means something by: none of it gets out.
  @Test(arguments: ["no", "a: b", "a # b", "x\\\"y", "\\u0007", "\\u2028", "[", "", "größe"])
  func strangeNamesStayNames(_ name: String) throws {
    let tensors = [RawFile.f32("\(name).weight", [2, 1, 1, 1])]
    let text = try NetworkSkeleton(RawFile(entries: tensors).stateDict(), title: "%").text
    let network = try ConfigFile.decode(Network.self, from: Array(text.utf8), path: "network.yaml")
    let read = name.replacing("\\u0007", with: "\u{7}").replacing("\\u2028", with: "\u{2028}").replacing(
      "\\\"", with: "\"")
    #expect(network.layerNames == (name.isEmpty ? [] : [read]) && network.name == "%")
  }

  // Would catch a search that never ends, or one as deep as a hostile file likes.
  @Test func manyLayersOfOneSizeAreNotAllTried() throws {
    #expect(order(try text((0..<40).flatMap { conv("c\($0)", 4, 4, 1) })) == Self.guess)
    let many = (0..<3000).map { ("c\($0).weight", [1, 1]) }
    #expect(order(try text(many)) == Self.guess)
  }

  @Test func aFileWithoutTensorsHasNoLayers() throws {
    let text = try text([])
    #expect(layers(text) == [] && text.hasSuffix("\nlayers: []\n"))
  }
}
