import Asking
import Foundation
import Kernels
import Networks
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct PredictionTests {
  // Foundation's exp is off by less than one unit in the last place, ours by 1e-15.
  @Test("the softmax of the scores")
  func softmax() {
    let scores: [Float] = [1.5, -3, 12.25, 11, 0]
    let shares = scores.map { exp(Double($0)) }
    let found = Prediction(scores: scores).probabilities
    for (share, probability) in zip(shares, found) {
      #expect(abs(probability - share / shares.reduce(0, +)) < 1e-14)
    }
    #expect(abs(found.reduce(0, +) - 1) < 1e-15)
  }

  @Test("scores that exp does not reach, equal ones, and a NaN end no program")
  func extremes() {
    #expect(Prediction(scores: [-1e30, 1e30]).probabilities == [0, 1])
    #expect(Prediction(scores: [7, 7]).probabilities == [0.5, 0.5])
    #expect(Prediction(scores: [7, 7]).label == 0)
    #expect(Prediction(scores: [.nan, 1]).probabilities.allSatisfy { $0.isNaN })
  }

  /// Its scores are its pixels.
  private func echo(_ channels: Int, _ height: Int, _ width: Int) throws -> AskedModel {
    let network = Network(channels, height, width, [.flatten, .linear(Linear(out: channels * height * width))])
    let count = channels * height * width
    let identity = (0..<count * count).map { Float($0 % (count + 1) == 0 ? 1 : 0) }
    return try Sample.float(
      FloatModel(
        network: network,
        parameters: [
          "l1.weight": Tensor([count, count], identity),
          "l1.bias": Tensor([count], [Float](repeating: 0, count: count)),
        ]))
  }

  private func scores(_ picture: AskedPicture, by model: AskedModel) throws -> [Float] {
    try Predictions(of: [picture], by: [model], compute: Compute()).said[0][0].scores.map { ($0 * 255).rounded() }
  }

  @Test("a picture enters as pixel / 255, inverted on request")
  func enters() throws {
    let model = try echo(1, 2, 2)
    let found = try Predictions(of: [Sample.picture([0, 51, 255, 1], width: 2)], by: [model], compute: Compute())
    #expect(found.said[0][0].scores == [0, 51, 255, 1].map { Float($0) / 255 })
    #expect(try scores(Sample.picture([0, 51, 255, 1], width: 2, isInverted: true), by: model) == [255, 204, 0, 254])
  }

  @Test("another size is stretched, colour becomes grey, grey three equal channels")
  func fitted() throws {
    let model = try echo(1, 1, 2)
    #expect(try scores(Sample.picture([10, 20, 30, 50], width: 4), by: model) == [15, 40])
    #expect(try scores(Sample.picture([255, 0, 0, 9, 9, 9], width: 2, color: 2), by: model) == [76, 9])
    #expect(try scores(Sample.picture([1, 2], width: 2), by: echo(3, 1, 2)) == [1, 2, 1, 2, 1, 2])
    #expect(
      try scores(Sample.picture([1, 2, 3, 4, 5, 6], width: 2, color: 2), by: echo(3, 1, 2)) == [1, 4, 2, 5, 3, 6])
  }

  @Test("more pictures than a batch holds, each by itself")
  func batches() throws {
    let model = try echo(1, 1, 2)
    let pictures = try (0..<130).map { try Sample.picture([UInt8($0), 255 - UInt8($0)], width: 2) }
    let said = try Predictions(of: pictures, by: [model], compute: Compute()).said[0]
    #expect(said.map { Int(($0.scores[0] * 255).rounded()) } == Array(0..<130))
  }

  @Test("a network of two channels takes no picture, and the line names it")
  func channels() throws {
    let model = try echo(2, 1, 2)
    let error = line { _ = try scores(Sample.picture([1, 2], width: 2), by: model) }
    #expect(error == "a.png: a picture has 1 channel or 3, the network takes 2x1x2; ask a network of 1 or 3 channels")
  }

  @Test("the table: a row for a picture, both models side by side, and whether they agree")
  func table() throws {
    let (first, second) = (try echo(1, 1, 2), try echo(1, 1, 2))
    let pictures = try [Sample.picture([0, 255], width: 2), Sample.picture([9, 9], width: 2, path: "b.png")]
    let text = try Predictions(of: pictures, by: [first, second], compute: Compute()).table.plain()
    let lines = text.split(separator: "\n")
    #expect(lines[0].hasSuffix("same class on 2"))
    #expect(lines[1].contains("A: float32 class") && lines[1].contains("B: float32 class"))
    // 1 / (1 + e^-1) = 73.11 %.
    #expect(lines[3].split(separator: " ").first == "a.png" && lines[3].contains("1      73.11 %  0 26.89 %"))
    #expect(lines[4].contains("0      50.00 %  1 50.00 %") && lines[4].hasSuffix("yes"))
  }

  @Test("which kind a file is, by what it says")
  func kinds() throws {
    let float = try FloatModel(random: Sample.network)
    #expect(try Sample.float(float).kind == "float32")
    #expect(try Sample.float(float, stage: "train").int8 == nil)
    let int8 = try QuantizedModel(random: Sample.network, profile: .octavo)
    #expect(try Sample.int8(int8).int8 == int8)
    let error = line { _ = try Sample.float(float, path: "c.safetensors", stage: "calibrate") }
    #expect(
      error
        == "c.safetensors: expected a checkpoint that train or fuse or convert or import-quantized wrote, found one that calibrate "
        + "wrote; name that one in --model")
  }
}
