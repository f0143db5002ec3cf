import Timing
import Benchmarks
import Testing

@Suite struct BenchmarkTablesTests {
  @Test func kernelsBesideTheirCeilings() {
    let report = BenchmarkReport(
      dataset: "mnist",
      ceilings: [
        Ceiling(loop: "f32", threads: 1, rate: 200), Ceiling(loop: "f32", threads: 2, rate: 400),
        Ceiling(loop: "wide", threads: 1, rate: 1234),
      ],
      rows: [Sample.row(.kernel, "gemm_f32 conv2"), Sample.row(.kernel, "gemm_f32 conv2", threads: 2, rate: 150)])
    #expect(
      report.tables(title: "digits") == """
        digits: what this machine can reach: multiplications and additions in registers, GOP/s.
        Loop  1 thread  2 threads
        ----  --------  ---------
        f32        200        400
        wide     1,234          –

        digits: kernels of avx2, equal to scalar, and how near they come to a loop in registers or a copy.
        Kernel          Shape  1 thread         ceiling  2 threads  ceiling
        --------------  -----  --------  -----  -------  ---------  -------
        gemm_f32 conv2  1x8x8       100  GOP/s     50 %        150     50 %

        """)
  }

  @Test func networksSideBySide() {
    let report = BenchmarkReport(
      dataset: "mnist", rows: [Sample.row(.endToEnd, "float32"), Sample.row(.endToEnd, "int8", rate: 350)])
    #expect(
      report.tables(title: "digits") == """
        digits: images/s on mnist, medians of 3 passes in turn, and how far the slowest was off the fastest.
        Batch  Threads  float32  ceiling  spread  int8  ceiling  spread  int8 / float32
        -----  -------  -------  -------  ------  ----  -------  ------  --------------
           64        1      100        –   300 %   350        –   300 %           3.50×

        """)
    #expect(
      report.headline == "float32 100 images/s, int8 350 images/s in batches of 64 on 1 thread")
  }

  // Would catch a law of two points that passes for one of many.
  @Test func growthAndItsExponents() {
    let report = BenchmarkReport(
      dataset: "mnist", rows: [Sample.row(.growth, "int8 over batch")],
      growth: [
        Growth(model: "int8", over: .batch, sizes: [1, 4, 16, 64], timeExponent: 0.985, memoryExponent: nil),
        Growth(model: "int8", over: .threads, sizes: [1, 2], timeExponent: -0.9, memoryExponent: 0.001),
      ])
    #expect(
      report.tables(title: "digits") == """
        digits: how time and memory grow.
        Work             Shape  Images  Batch  Threads  Milliseconds  spread   Memory
        ---------------  -----  ------  -----  -------  ------------  ------  -------
        int8 over batch  1x8x8      64     64        1       500.000   300 %  4.00 MB

        digits: exponents, by least squares on logarithms: 1 grows as the size does, 0 not at all.
        Model  Over     Sizes                           Time  Memory
        -----  -------  -----------------------------  -----  ------
        int8   batch    1 4 16 64                       0.98       –
        int8   threads  1 2 (no more on this machine)  -0.90    0.00

        """)
  }
}
