import Catalog
import Kernels
import Layers
import ModelStages
import Networks
import Quantization
import QuantizationStages
import QuantizedLayers
import StageKit
import Tables
import TestSupport
import Testing
import TrainingStages

@Suite("What stages came to, as tables")
struct StageTablesTests {
  private func rows(_ table: Table) -> [[String]] { table.rows.map { $0.map(\.text) } }

  @Test("epochs, and accuracies that nobody measured")
  func epochs() {
    let table = Table.epochs([
      .init(epoch: 1, loss: 0.18302, trainAccuracy: 0.9449, testAccuracy: 0.981, seconds: 3.94),
      .init(epoch: 2, loss: .nan, trainAccuracy: nil, testAccuracy: nil, seconds: 0),
    ])
    #expect(rows(table) == [["1", "0.1830", "94.49 %", "98.10 %", "3.9"], ["2", "NaN", "–", "–", "0.0"]])
  }

  @Test("each layer has what followed it and is gone, or why it stays")
  func folding() throws {
    let network = Network(
      1, 8, 8,
      [
        .conv2d(Conv2d(out: 2, kernel: 3)), .batchNorm2d(BatchNorm2d()), .relu, .maxPool2d(MaxPool2d(kernel: 2)),
        .relu, .flatten, .dropout(Dropout()), .linear(Linear(out: 4)), .relu, .linear(Linear(out: 2)),
      ])
    let fused = try FusedModel(fusing: FloatModel(random: network))
    #expect(
      rows(Table.folding(network, as: fused)) == [
        ["l0", "conv2d", "l1, l2", ""], ["l3", "maxPool2d", "", ""], ["l4", "relu", "", "it follows maxPool2d"],
        ["l5", "flatten", "", ""], ["l6", "dropout", "", "left out: it is for training alone"],
        ["l7", "linear", "l8", ""], ["l9", "linear", "", ""],
      ])
  }

  @Test("scales, and a tensor of which nothing was observed")
  func scales() throws {
    let scheme = TensorScheme(
      dtype: .u8, symmetry: .affine, granularity: .perTensor, range: IntegerRange(0, 127), observer: .minMax)
    let parameters = try QuantizationParameters(scale: 0.0078125, zeroPoint: 3, range: scheme.range)
    let records = [ObservedRange(low: -0.5, high: 1.25), .empty].map {
      ScaleRecord(tensor: "conv1", parameters: parameters, scheme: scheme, observed: $0)
    }
    #expect(
      rows(Table.scales(records)) == [
        ["conv1", "u8 0...127", "-0.5", "1.25", "0.007812", "3"], ["conv1", "u8 0...127", "–", "–", "0.007812", "3"],
      ])
  }

  @Test("more rows than a person reads are counted, and the table stays small enough for one piece of a pipe")
  func cap() {
    let epochs = (1...1000).map {
      Catalog.Epoch(epoch: $0, loss: 1, trainAccuracy: 0.5, testAccuracy: 0.5, seconds: 1)
    }
    let table = Table.epochs(epochs)
    #expect(table.rows.count == 21)
    #expect(rows(table).last == ["… and 980 more", "", "", "", ""])
    #expect(Table.epochs(Array(epochs.prefix(20))).rows.count == 20)
    #expect(table.plain().utf8.count < 4096)
  }

  @Test("layers of integers have their bounds, and layers that stay float have none")
  func layers() throws {
    let network = Network(1, 4, 4, [.conv2d(Conv2d(out: 3, kernel: 3)), .flatten, .linear(Linear(out: 2))])
    let model = try QuantizedModel(random: network, profile: .octavo)
    let proof = OverflowProof(weights: [[127, 127]], start: [0], inputMax: 255)
    let table = Table.layers(of: model, proofs: ["l0": (proof, .wide)])
    // 27 weights; bias, multiplier and scale of 3 channels; the output's scale, zero point and range; the weight's range.
    let bytes = model.tensors.filter { $0.key.hasPrefix("l0.") }.values.reduce(0) { $0 + $1.byteCount }
    #expect(
      rows(table) == [
        ["l0", "s8", "\(bytes) B", "64,770", "64,770", "wide"],
        [
          "l2", "s8", "\(model.tensors.filter { $0.key.hasPrefix("l2.") }.values.reduce(0) { $0 + $1.byteCount }) B",
          "–", "–", "–",
        ],
      ])
  }
}
