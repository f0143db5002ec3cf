import Kernels
import Layers
import Networks
import TestSupport
import Testing

@Suite struct FloatDepthwiseConv2dTests {
  // Would catch a tap, a row or a border that is off by one, a channel that reads another's kernel, and channels past a
  // vector or a panel of 16.
  @Test(arguments: [2, 3, 7, 8, 9, 16, 17, 33]) func everyGeometryMeetsTheReference(_ channels: Int) throws {
    for set in InstructionSet.available {
      for (index, kernel) in [Pair(1), Pair(3), Pair(2, 3), Pair(5, 1)].enumerated() {
        for stride in [Pair(1), Pair(2), Pair(1, 3)] {
          for padding in [Padding(0), Padding(1), Padding(top: 0, left: 2, bottom: 3, right: 1)] {
            for dilation in [Pair(1), Pair(1, 2)] {
              let conv = Conv2d(
                out: channels, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: channels,
                bias: index % 2 == 0, relu: index > 1)
              try expectForward(
                Network(channels, 7, 6, [.conv2d(conv), .conv2d(Conv2d(out: 2, kernel: 2, padding: 2))]), Compute(set))
            }
          }
        }
      }
    }
  }
}
