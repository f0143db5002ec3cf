import Kernels
import Layers
import Networks
import TestSupport
import Testing

@Suite struct FloatConv2dTests {
  // Would catch a tap, row or border that is off by one, rows left over by the stride, outputs past a panel of 16, and
  // a border that is cut where padding reaches past the kernel.
  @Test(arguments: 1...5) func everyGeometryMeetsTheReference(_ kernel: Int) throws {
    let channels = [1, 3, 5, 16, 17]
    for set in InstructionSet.available {
      let compute = try Compute(set)
      for stride in 1...3 {
        for padding in 0...kernel + 1 {
          for (index, input) in channels.enumerated() {
            let out = channels[(index + stride + padding) % channels.count]
            let conv = Conv2d(
              out: out, kernel: kernel, stride: stride, padding: padding, bias: index % 2 == 0,
              relu: index % 3 == 0)
            try expectForward(Network(input, 6, 7, [.conv2d(conv)]), seed: UInt64(index), compute)
          }
        }
      }
    }
  }

  // Would catch a border that belongs to another layer's padding, or one that is not zero.
  @Test func convolutionsFollowEachOther() throws {
    for compute in try Compute.all() {
      let network = Network(
        3, 8, 7,
        [
          .conv2d(Conv2d(out: 5, kernel: 3, padding: 2, relu: true)),
          .conv2d(Conv2d(out: 3, kernel: 2, padding: 4)),
          .conv2d(Conv2d(out: 4, kernel: 5, padding: 1)),
          .conv2d(Conv2d(out: 17, kernel: 1)), .conv2d(Conv2d(out: 2, kernel: 2, stride: 2, padding: 1)),
        ])
      try expectForward(network, count: 3, compute)
    }
  }

  // Rectangular kernels and strides, each side's own padding, dilation, groups. Would catch rows taken for columns.
  @Test(arguments: [1, 2, 4]) func everyGeneralGeometryMeetsTheReference(_ groups: Int) throws {
    for set in InstructionSet.available {
      for kernel in [Pair(1, 3), Pair(4, 2), Pair(3)] {
        for stride in [Pair(1), Pair(1, 2), Pair(3, 1)] {
          for padding in [Padding(top: 0, left: 1, bottom: 2, right: 4), Padding(top: 3, left: 0, bottom: 0, right: 0)]
          {
            for dilation in [Pair(1), Pair(2, 1), Pair(1, 3)] {
              let conv = Conv2d(
                out: 12, kernel: kernel, stride: stride, padding: padding, dilation: dilation, groups: groups)
              try expectForward(Network(4, 8, 9, [.conv2d(conv)]), Compute(set))
            }
          }
        }
      }
    }
  }
}
