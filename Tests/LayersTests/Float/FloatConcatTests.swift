import Kernels
import Layers
import Networks
import TestSupport
import Testing

@Suite struct FloatConcatTests {
  // Of two and of three values, of the input, of flattened images. Would catch parts in another order, channels that are
  // interleaved, and PyTorch's order of a vector.
  @Test func channelsJoinInOrder() throws {
    let layers = [
      Layer("a", .conv2d(Conv2d(out: 5, kernel: 3, padding: 1))),
      Layer("b", .conv2d(Conv2d(out: 2, kernel: 3, padding: 1)), inputs: ["quant"]),
      Layer("j", .concat, inputs: ["b", "quant", "a"]),
      Layer("c", .conv2d(Conv2d(out: 3, kernel: 2))), Layer("f", .flatten),
      Layer("d", .conv2d(Conv2d(out: 4, kernel: 2)), inputs: ["j"]), Layer("g", .flatten),
      Layer("k", .concat, inputs: ["g", "f"]), Layer("l", .linear(Linear(out: 3))),
    ]
    for compute in try Compute.all() { try expectForward(Network(3, 5, 6, layers: layers), compute) }
  }
}
