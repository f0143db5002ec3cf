import Evaluation
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Testing

@Suite struct WorkTests {
  /// 1x6x6 -> 2x4x4 (32 sums of 9) -> pool 2x2x2 -> 8 -> 3 (24 products).
  private let network = Network(
    1, 6, 6,
    [
      .conv2d(Conv2d(out: 2, kernel: 3, relu: true)), .maxPool2d(MaxPool2d(kernel: 2)), .flatten,
      .linear(Linear(out: 3)),
    ])

  // Values moved: 36 + 32, 32 + 8, 8 + 3 = 119; the flattening moves none.
  @Test func aFloatNetworkWorksInFloats() throws {
    let work = try Work(float: network, weightBytes: 7)
    #expect(work == Work(integerProducts: 0, floatProducts: 32 * 9 + 24, weightBytes: 7, activationBytes: 4 * 119))
  }

  @Test func anIntegerNetworkMovesBytes() throws {
    let work = try Work(QuantizedModel(random: network, profile: .octavo), weightBytes: 5)
    #expect(work == Work(integerProducts: 32 * 9 + 24, floatProducts: 0, weightBytes: 5, activationBytes: 119))
  }

  // By the figures of the source, picojoules by hand.
  @Test func energyIsThatOfTheSourcesFigures() {
    let estimate = EnergyEstimate(Work(integerProducts: 10, floatProducts: 2, weightBytes: 100, activationBytes: 40))
    #expect(abs(estimate.arithmetic - (10 * 0.3 + 2 * 4.6)) < 1e-12)
    #expect(estimate.onChip == 140 * 12.5 && estimate.fromDRAM == 100 * 162.5 + 40 * 12.5)
  }

  @Test func multiplicationsAreTermsOfSums() throws {
    #expect(try network.multiplications() == ["l0": 288, "l1": 0, "l2": 0, "l3": 24])
    let norm = Network(2, 3, 3, [.batchNorm2d(BatchNorm2d()), .relu])
    #expect(try norm.multiplications() == ["l0": 18, "l1": 0])
  }
}
