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
}
