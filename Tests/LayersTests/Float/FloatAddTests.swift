import Kernels
import Layers
import Networks
import TestSupport
import Testing

@Suite struct FloatAddTests {
  // Sums of the input and of layers, of images with borders of different widths and of vectors. Would catch a border that
  // is added, an operand that is read in another layout, and a ReLU that is left out.
  @Test func sumsMeetTheReference() throws {
    for channels in [1, 3, 8, 17] {
      for relu in [false, true] {
        let layers = [
          Layer("a", .conv2d(Conv2d(out: channels, kernel: 3, padding: 1))),
          Layer("b", .conv2d(Conv2d(out: channels, kernel: 5, padding: 2)), inputs: ["a"]),
          Layer("s", .add(Add(relu: relu)), inputs: ["a", "b"]),
          Layer("t", .add(Add()), inputs: ["s", "quant"]),
          Layer("f", .flatten), Layer("l", .linear(Linear(out: 5))), Layer("m", .linear(Linear(out: 5)), inputs: ["l"]),
          Layer("u", .add(Add(relu: relu)), inputs: ["m", "l"]),
        ]
        for compute in try Compute.all() { try expectForward(Network(channels, 7, 6, layers: layers), compute) }
      }
    }
  }
}
