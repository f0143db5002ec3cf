import Kernels
import Layers
import Networks
import TestSupport
import Testing

@Suite struct FloatMaxPool2dTests {
  // Would catch left-over rows that are pooled, windows that overlap wrongly, and a border that is written.
  @Test(arguments: [(1, 1), (2, 2), (2, 1), (3, 2), (2, 3), (3, 1)])
  func everyGeometryMeetsTheReference(_ kernel: Int, _ stride: Int) throws {
    for set in InstructionSet.available {
      for channels in [1, 3, 8, 17] {
        let operations: [Networks.Operation] = [
          .maxPool2d(MaxPool2d(kernel: kernel, stride: stride)),
          .conv2d(Conv2d(out: 2, kernel: 3, padding: 2)),
        ]
        try expectForward(Network(channels, 7, 8, operations), Compute(set))
      }
    }
  }

  // Would catch zeros of a border that are taken for values, and a last window that is left out or begins outside.
  @Test(arguments: [
    MaxPool2d(kernel: 3, stride: 2, padding: 1), MaxPool2d(kernel: Pair(2, 3), stride: Pair(1, 2)),
    MaxPool2d(kernel: 2, ceil: true), MaxPool2d(kernel: 3, stride: 3, padding: 1, ceil: true),
    MaxPool2d(kernel: 4, stride: 3, padding: Padding(top: 2, left: 0, bottom: 1, right: 2)),
  ])
  func paddedWindowsMeetTheReference(_ pool: MaxPool2d) throws {
    for channels in [1, 3, 17] {
      let network = Network(
        channels, 7, 8,
        [.maxPool2d(pool), .conv2d(Conv2d(out: 2, kernel: 3, padding: 2)), .maxPool2d(pool)])
      try expectForward(network, Compute(threads: 2))
    }
  }
}
