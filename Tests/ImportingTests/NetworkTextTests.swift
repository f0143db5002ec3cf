import Importing
import Networks
import StageKit
import TestSupport
import Testing

@Suite struct NetworkTextTests {
  /// Catches a key that is left out though its value is not the default, and a word that YAML reads as something else.
  @Test func readsBackAsTheSameNetwork() throws {
    let network = Network(
      name: "true", input: ImageShape(channels: 3, height: 8, width: 9),
      normalization: PixelNormalization(mean: [0.485, 0.1, 1e-7], std: [0.25]),
      layers: [
        Layer(
          "0",
          .conv2d(
            Conv2d(
              out: 4, kernel: Pair(3, 2), stride: 2, padding: Padding(top: 0, left: 1, bottom: 2, right: 3),
              dilation: 2,
              bias: false))),
        Layer("a.b", .batchNorm2d(BatchNorm2d(epsilon: 1e-3))), Layer("é", .leakyReLU(LeakyReLU(slope: 0.1))),
        Layer("d", .dropout(Dropout(probability: 0.2))),
        Layer("p", .averagePool2d(AveragePool2d(kernel: 2, stride: 1, padding: 1, ceil: true, countIncludePad: false))),
        Layer("q", .maxPool2d(MaxPool2d(kernel: 2, stride: 1, padding: 1, ceil: true)), inputs: ["d"]),
        Layer("no", .concat, inputs: ["p", "q"]), Layer("f", .flatten), Layer("l", .linear(Linear(out: 2))),
        Layer("s", .softmax),
      ])
    let text = try NetworkText(network).text()
    #expect(try ConfigFile.decode(Network.self, from: Array(text.utf8), path: "network.yaml") == network)
  }

  @Test func defaultsAreLeftOut() throws {
    let network = Network(1, 4, 4, [.conv2d(Conv2d(out: 2, kernel: 3)), .relu])
    #expect(
      try NetworkText(network).text() == """
        name: Test
        input: {channels: 1, height: 4, width: 4}
        layers:
          - {name: l0, type: conv2d, out: 2, kernel: 3}
          - {name: l1, type: relu}

        """)
  }
}
