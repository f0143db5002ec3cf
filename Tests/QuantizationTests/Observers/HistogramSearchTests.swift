import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct HistogramSearchTests {
  /// The squared error of a bin spread evenly, integrated cell by cell in f64: from the definition, not from the formula.
  private func exactError(_ search: HistogramSearch, start: Int, end: Int) -> Double {
    let count = search.histogram.count
    let width = (Double(search.extremes.high) - Double(search.extremes.low)) / Double(count)
    let cell = width * Double(end - start + 1) / 256
    var sum = 0.0
    for bin in search.histogram.indices where search.histogram[bin] > 0 {
      let (begin, stop) = (Double(bin - start) * width, Double(bin - start + 1) * width)
      for level in 0..<256 {
        // What lies beyond the first and the last cell goes to them.
        let low = level == 0 ? begin : max(begin, Double(level) * cell)
        let high = level == 255 ? stop : min(stop, Double(level + 1) * cell)
        guard low < high else { continue }
        let middle = (Double(level) + 0.5) * cell
        let cubes =
          (high - middle) * (high - middle) * (high - middle) - (low - middle) * (low - middle) * (low - middle)
        sum += Double(search.histogram[bin]) / width * cubes / 3
      }
    }
    return sum
  }

  private func search(_ shape: PyTorchHistograms.Shape, _ seed: UInt32) throws -> HistogramSearch {
    var observer = HistogramObserver()
    try observer.observe(PyTorchHistograms.values(shape, seed, 4000)[...])
    return HistogramSearch(histogram: observer.histogram, extremes: observer.extremes)
  }

  // f32 cubes of distances that are 2^-8 of the range lose some twelve bits where they nearly cancel: 2^-12.5 of the sum
  // was the most seen, 2^-11 is the bound.
  @Test(arguments: [PyTorchHistograms.Shape.uniform, .bell, .relu, .tails])
  func theErrorIsTheIntegral(_ shape: PyTorchHistograms.Shape) throws {
    let search = try search(shape, 81)
    for (start, end) in [(0, 2047), (0, 1500), (300, 2047), (500, 1400), (1000, 1255), (700, 800), (900, 900)] {
      let (found, expected) = (Double(search.error(start: start, end: end)), exactError(search, start: start, end: end))
      #expect(abs(found - expected) <= expected * 0x1p-11, "\(start)...\(end): \(found), \(expected)")
    }
  }

  // torch 2.13.0, ATEN_CPU_CAPABILITY=avx2: o = HistogramObserver(); o(shape(81, 4000)), with the shapes of
  // PyTorchHistograms; then o._compute_quantization_error(start, end) for each of `ends`. Would catch a floor of a rounded
  // quotient, f64 where PyTorch has f32, and sums in another order, whose last bit can end the search early.
  private static let ends = [(0, 2047), (0, 1500), (300, 2047), (500, 1400), (1000, 1255), (900, 900)]
  private static let errors: [(PyTorchHistograms.Shape, [Float])] = [
    (.uniform, [0x1.4eded4p-8, 0x1.acaba4p4, 0x1.ee35cp1, 0x1.edcbe6p5, 0x1.c7566ep7, 0x1.5623p8]),
    (.bell, [0x1.e1a9f8p-5, 0x1.344644p5, 0x1.36fd62p1, 0x1.959a02p6, 0x1.7c4f2ep9, 0x1.782d28p10]),
    (.relu, [0x1.8c92d8p-6, 0x1.e87122p0, 0x1.18d182p7, 0x1.9c6e4cp8, 0x1.cf3a26p10, 0x1.783b08p10]),
    (.tails, [0x1.c91becp-2, 0x1.4da65p5, 0x1.4349f6p2, 0x1.acfc08p6, 0x1.87454ep9, 0x1.a8efeep11]),
  ]

  @Test(arguments: errors.indices) func errorsAreThoseOfPyTorch(_ index: Int) throws {
    let (shape, expected) = Self.errors[index]
    let search = try search(shape, 81)
    #expect(Self.ends.map { search.error(start: $0, end: $1) } == expected)
  }

  // The same rule over f64 errors from the definition. Would catch an end moved the wrong way, or a stop too late.
  @Test(arguments: [PyTorchHistograms.Shape.bell, .relu, .tails])
  func theSearchIsThatOfExactErrors(_ shape: PyTorchHistograms.Shape) throws {
    let search = try search(shape, 82)
    let (start, end) = search.bins()
    let total = search.histogram.map { Double($0) }.reduce(0, +)
    var (alpha, beta, first, last, least) = (0.0, 1.0, 0, 2047, Double.infinity)
    while alpha < beta {
      let left = max(first, index(search.histogram, where: { $0 >= (alpha + 1e-5) * total }))
      let right = min(last, index(search.histogram, where: { $0 > (beta - 1e-5) * total }) - 1)
      var (nextFirst, nextLast) = (first, last)
      if min(left, last) - first > last - max(right, first) {
        (nextFirst, alpha) = (min(left, last), alpha + 1e-5)
      } else {
        (nextLast, beta) = (max(right, first), beta - 1e-5)
      }
      guard (nextFirst, nextLast) != (first, last) else { continue }
      let error = exactError(search, start: nextFirst, end: nextLast)
      guard error <= least else { break }
      (first, last, least) = (nextFirst, nextLast, error)
    }
    #expect(start == first && end == last)
  }

  /// The first bin at which the running count satisfies a condition; the number of bins if none does.
  private func index(_ histogram: [Float], where holds: (Double) -> Bool) -> Int {
    var running = 0.0
    for bin in histogram.indices {
      running += Double(histogram[bin])
      if holds(running) { return bin }
    }
    return histogram.count
  }

  // One value: every bin is zero wide, no error rises, and the search ends at the value.
  @Test func aPointStaysAPoint() {
    var histogram = [Float](repeating: 0, count: 2048)
    histogram[1024] = 9
    let point = ObservedRange(low: 0.75, high: 0.75)
    #expect(HistogramSearch(histogram: histogram, extremes: point).range() == point)
  }
}
