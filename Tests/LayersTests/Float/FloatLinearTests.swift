import Kernels
import Layers
import Networks
import TestSupport
import Testing

@Suite struct FloatLinearTests {
  // Would catch features in another order than PyTorch's, a bias of the next panel, and a last block of images.
  @Test(arguments: [1, 3, 16, 17, 33]) func everySizeMeetsTheReference(_ out: Int) throws {
    for set in InstructionSet.available {
      for (channels, height, width) in [(1, 1, 1), (3, 2, 5), (17, 3, 1)] {
        let operations: [Networks.Operation] = [
          .flatten, .linear(Linear(out: out, bias: out % 2 == 1, relu: true)), .linear(Linear(out: 3)),
        ]
        for count in [1, 64, 65] {
          try expectForward(Network(channels, height, width, operations), count: count, Compute(set))
        }
      }
    }
  }
}
