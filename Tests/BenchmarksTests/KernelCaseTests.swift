import Timing
import Benchmarks
import Kernels
import Layers
import Networks
import TestSupport
import Testing

@Suite struct KernelCaseTests {
  private static let batch = 6

  /// A network of depthwise convolutions, sums and tables beside the sample.
  private static var cases: [KernelCase] {
    get throws {
      let graph = Network(
        3, 8, 8,
        layers: [
          Layer("mix", .conv2d(Conv2d(out: 19, kernel: 1))),
          Layer("deep", .conv2d(Conv2d(out: 19, kernel: 3, padding: 1, groups: 19))), Layer("table", .hardSwish),
          Layer("sum", .add(Add()), inputs: ["table", "mix"]), Layer("flatten", .flatten),
          Layer("fc", .linear(Linear(out: 3))),
        ])
      let own = ["depthwise", "lookup", "add"]
      return try KernelCase.all(of: Sample.network, batch: batch)
        + KernelCase.all(of: graph, batch: batch).filter { item in own.contains { item.name.hasPrefix($0) } }
    }
  }

  // Would catch a case whose operands are not the same each time, a shard that writes another's results, and a kernel of
  // Kernels' that is not benchmarked under its name.
  @Test(arguments: InstructionSet.available) func everyKernelOfEverySetIsScalars(_ set: InstructionSet) throws {
    let cases = try Self.cases
    for item in cases { try item.verify(Kernels(set), against: Kernels(.scalar), pool: ThreadPool(threads: 2)) }
    #expect(Set(cases.map { "\($0.name) \($0.shape)" }).count == cases.count)
    let kernels = Set(cases.map { $0.name.split(separator: " ")[0] })
    #expect(
      kernels == [
        "gemm_f32", "gemm_u8s8", "requantize_u8", "dequantize_f32", "quantize_u8", "max_pool_f32", "max_pool_u8",
        "max_pool_s32", "max_pool_backward_f32", "winograd_input_f32", "winograd_output_f32", "winograd_weight_f32",
        "relu_f32", "relu_backward_f32", "range_f32", "column_range_f32",
        "fake_quantize_f32", "fake_quantize_backward_f32", "fake_quantize_scale_gradient_f32", "transpose_f32",
        "adam_f32", "cross_entropy", "depthwise_f32", "depthwise_weight_f32", "depthwise_u8s8", "lookup_u8", "add_u8",
      ])
  }

  // Would catch a verification of memory that no kernel writes.
  @Test func everyKernelWritesWhatIsCompared() throws {
    for item in try Self.cases {
      let operands = item.make()
      let before = operands.results()
      for shard in 0..<item.shards { operands.run(try Kernels(.scalar), shard) }
      #expect(operands.results() != before, "\(item.name)")
      #expect(operands.results().contains { $0 != 0 }, "\(item.name)")
    }
  }

  /// A case whose second set of operands gives another byte than the first: a kernel that is wrong in one place.
  private static func broken(at byte: Int) -> KernelCase {
    let makes = Counter()
    return KernelCase(name: "gemm_u8s8 fc1", shape: "1 x 2 x 3", work: .operations(6, .wide), shards: 2) {
      let isSecond = makes.next() == 2
      let result = AlignedBuffer<UInt8>(count: 8)
      return KernelOperands { _, shard in
        for index in 4 * shard..<4 * (shard + 1) { result.pointer[index] = isSecond && index == byte ? 2 : 1 }
      } results: {
        result.bytes
      }
    }
  }

  @Test(arguments: [0, 7]) func aBrokenKernelIsNamedAndNothingIsTimed(_ byte: Int) throws {
    let benchmark = KernelBenchmark(
      compute: try Compute(.scalar), reference: try Kernels(.scalar), stopwatch: Stopwatch(passes: 1, leastSeconds: 0))
    let error = line { _ = try benchmark.run([Self.broken(at: byte)]) { _, _ in } }
    #expect(
      error == "kernel gemm_u8s8 fc1, 1 x 2 x 3: scalar differs from scalar from byte \(byte) of 8 on; "
        + "nothing was timed: choose other kernels with OCTAVO_ISA, and report this")
  }

  // By hand: 2 (8 x 8) 8 (1 x 9), 2 (8 x 8) 8 (8 x 9), 2 (3 x 3 x 8) 40, 2 x 40 x 10.
  @Test func operationsByHand() throws {
    #expect(try Sample.network.operations(winograd: false) == 9216 + 73_728 + 5760 + 800)
    // Four tiles in 36 planes: 2 x 36 x 4 x 8 x 8.
    #expect(try Sample.network.operations(winograd: true) == 9216 + 18_432 + 5760 + 800)
  }

  @Test func ratesAreWorkOverTime() throws {
    let benchmark = KernelBenchmark(
      compute: try Compute(.scalar), reference: try Kernels(.scalar), stopwatch: Stopwatch(passes: 1, leastSeconds: 0))
    let figures = try benchmark.run(KernelCase.all(of: Sample.network, batch: Self.batch)) { _, _ in }
    let gemm = try #require(figures.rows.first { $0.name == "gemm_f32 conv2" })
    #expect(gemm.shape == "64 x 8 x 72" && gemm.unit == .operations && gemm.threads == 1)
    #expect(abs(gemm.rate * 1e9 * gemm.timing.median - 6 * 73_728) < 1e-4)
    let ceiling = try #require(figures.rate(.f32, threads: 1))
    #expect(abs(try #require(gemm.percentOfCeiling) - 100 * gemm.rate * 1e9 / ceiling) < 1e-9)
    // Six images of 1 x 8 x 8: four bytes read and one written for each value.
    let quantize = try #require(figures.rows.first { $0.name == "quantize_u8 divide" })
    #expect(abs(quantize.rate * 1e9 * quantize.timing.median - 6 * 64 * 5) < 1e-6 && quantize.unit == .bytes)
    #expect(figures.rows.first { $0.name == "cross_entropy" }?.percentOfCeiling == nil)
    #expect(figures.ceilings.map(\.loop) == ["f32", "pairwise", "wide"])
  }
}

/// Counts from 1.
private final class Counter: @unchecked Sendable {
  // Unchecked: cases make operands one after the other.
  private var count = 0
  func next() -> Int {
    count += 1
    return count
  }
}
