import Kernels
import Layers
import Networks
import TestSupport
import Testing

@Suite struct FloatAveragePool2dTests {
  private static let pools = [
    AveragePool2d(), AveragePool2d(kernel: 1), AveragePool2d(kernel: 2), AveragePool2d(kernel: 2, stride: 1),
    AveragePool2d(kernel: 3, stride: 2), AveragePool2d(kernel: 2, stride: 3), AveragePool2d(kernel: 7, stride: 9),
    AveragePool2d(kernel: 3, stride: 2, padding: 1), AveragePool2d(kernel: Pair(2, 3), stride: Pair(1, 2), ceil: true),
    AveragePool2d(kernel: 4, stride: 3, padding: Padding(top: 2, left: 0, bottom: 1, right: 2), ceil: true),
    AveragePool2d(kernel: 3, stride: 2, padding: 1, ceil: true, countIncludePad: false),
  ]

  // Would catch left-over rows that are pooled, a window of the wrong shape, and a border that is read or written.
  @Test(arguments: pools.indices) func everyGeometryMeetsTheReference(_ index: Int) throws {
    for channels in [1, 3, 8, 17] {
      let operations: [Networks.Operation] = [
        .conv2d(Conv2d(out: channels, kernel: 3, padding: 1)), .averagePool2d(Self.pools[index]),
        .conv2d(Conv2d(out: 2, kernel: 3, padding: 2)),
      ]
      try expectForward(Network(channels, 7, 8, operations), Compute(.scalar))
    }
  }
}
