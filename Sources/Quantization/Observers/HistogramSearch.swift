/// PyTorch's choice of a range within a histogram (`HistogramObserver._non_linear_param_search`, after caffe2's
/// `norm_minimization.cc`): the ends close in on each other by quantiles for as long as the squared error of quantizing
/// to 256 levels does not rise.
///
/// The arithmetic mixes f32 and f64 as PyTorch's does, tensors in f32 and Python's numbers in f64, because the stopping
/// rule hangs on the last bit.
package struct HistogramSearch {
  /// Counts of 2048 equal bins.
  package let histogram: [Float]
  /// The ends of the first and the last bin.
  package let extremes: ObservedRange

  /// A search in 2048 bins between two extremes.
  package init(histogram: [Float], extremes: ObservedRange) {
    self.histogram = histogram
    self.extremes = extremes
  }

  /// Levels of the quantized type: 2^8 whatever part of them is in use, also under reduce_range.
  private static let levels: Float = 256
  /// By how much a quantile moves in a step.
  private static let quantileStep = 1e-5

  /// The range found: `low + width * start ... low + width * (end + 1)` in f32.
  package func range() -> ObservedRange {
    let (start, end) = bins()
    let width = (extremes.high - extremes.low) / Float(histogram.count)
    return ObservedRange(
      low: extremes.low + width * Float(start), high: extremes.low + width * Float(end + 1))
  }

  /// The first and the last bin of the range found.
  ///
  /// In each step the quantiles of both ends close in by 1e-5; the end that would cross more bins moves, the other
  /// stays. A move that raises the error ends the search and is not made.
  package func bins() -> (start: Int, end: Int) {
    let total = Double(PyTorchArithmetic.sum(histogram))
    var running = 0.0
    let cumulative = histogram.map { count -> Float in
      running += Double(count)
      return Float(running)
    }
    var (alpha, beta) = (0.0, 1.0)
    var (start, end) = (0, histogram.count - 1)
    var least = Double.infinity
    while alpha < beta {
      let (nextAlpha, nextBeta) = (alpha + Self.quantileStep, beta - Self.quantileStep)
      let (lower, upper) = (Float(nextAlpha * total), Float(nextBeta * total))
      var (left, right) = (start, end)
      while left < end, cumulative[left] < lower { left += 1 }
      while right > start, cumulative[right] > upper { right -= 1 }
      var (nextStart, nextEnd) = (start, end)
      if left - start > end - right {
        (nextStart, alpha) = (left, nextAlpha)
      } else {
        (nextEnd, beta) = (right, nextBeta)
      }
      if nextStart == start, nextEnd == end { continue }
      let error = Double(self.error(start: nextStart, end: nextEnd))
      if error > least { break }
      (least, start, end) = (error, nextStart, nextEnd)
    }
    return (start, end)
  }

  /// The squared error of all values, taken as spread evenly over their bins, when the bins from `start` to `end` are
  /// quantized to 256 levels and what lies outside goes to the first or the last.
  ///
  /// A source bin reaches from the middle of one level's cell to that of another: the cell where it begins, that where
  /// it ends, and whole cells between them, each contributing `density * (b^3 - a^3) / 3`.
  package func error(start: Int, end: Int) -> Float {
    let width64 = (Double(extremes.high) - Double(extremes.low)) / Double(histogram.count)
    let cell64 = width64 * Double(end - start + 1) / Double(Self.levels)
    guard cell64 != 0 else { return 0 }
    let (width, cell, half) = (Float(width64), Float(cell64), Float(cell64 / 2))
    let halfCubed = half * half * half
    let minusHalfCubed = -half * -half * -half
    let whole = (halfCubed - minusHalfCubed) / 3
    var errors = [Float](repeating: 0, count: histogram.count)
    for bin in histogram.indices {
      let begin = Float(bin - start) * width
      let stop = begin + width
      let first = Self.cell(of: begin, width: cell)
      let last = Self.cell(of: stop, width: cell)
      let density = histogram[bin] / width
      let fromFirst = begin - (first + 0.5) * cell
      let toLast = stop - (last * cell + half)
      var error = density * ((halfCubed - fromFirst * fromFirst * fromFirst) / 3)
      error += (last - first - 1) * (density * whole)
      error += density * ((toLast * toLast * toLast - minusHalfCubed) / 3)
      errors[bin] = error
    }
    return PyTorchArithmetic.sum(errors)
  }

  /// The level's cell in which a distance from the first cell's beginning lies: `torch.div(x, width, "floor")`, clamped.
  ///
  /// That is the floor of the exact quotient, as Python's `//`. An f32 quotient may be rounded up to an integer that the
  /// exact one does not reach; an f64 quotient of two f32 numbers is not, below 2^28.
  private static func cell(of x: Float, width: Float) -> Float {
    let quotient = (Double(x) / Double(width)).rounded(.down)
    return Float(min(max(quotient, 0), Double(levels) - 1))
  }
}
