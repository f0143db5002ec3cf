import Foundation
import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct PyTorchArithmeticTests {
  // torch 2.13.0, ATEN_CPU_CAPABILITY=avx2: torch.linspace(-0.7, 1.9, 2049)[[0, 1, 3, 700, 1023, 1024, 1500, 2047, 2048]]
  @Test func linspaceIsTheFusedOne() {
    let expected: [Float] = [
      -0x1.666666p-1, -0x1.65cp-1, -0x1.647332p-1, 0x1.826664p-3, 0x1.328cccp-1, 0x1.333334p-1, 0x1.344cccp0,
      0x1.e61332p0, 0x1.e66666p0,
    ]
    let found = [0, 1, 3, 700, 1023, 1024, 1500, 2047, 2048].map {
      PyTorchArithmetic.linspace(-0.7, 1.9, count: 2049, index: $0)
    }
    #expect(found == expected)
  }

  // torch 2.13.0, avx2: torch.from_numpy(tails(91, 2048)).abs().sum(), with the generator of PyTorchHistograms.
  @Test func sumsAreAddedInPyTorchsOrder() {
    let values = PyTorchHistograms.values(.tails, 91, 2048).map(\.magnitude)
    #expect(PyTorchArithmetic.sum(values) == 0x1.257bfep9)
    // A plain sum from left to right rounds otherwise; were it equal, the order above would go untested.
    #expect(values.reduce(0, +) != PyTorchArithmetic.sum(values))
  }

  @Test func bucketsAreCountedDirectly() {
    var random = SeededGenerator(seed: 92)
    let edges = random.floats(100).sorted()
    for value in random.floats(500, -1.2, 1.2) + edges {
      #expect(PyTorchArithmetic.bucketize(value, edges: edges) == edges.count { $0 <= value })
    }
  }
}
