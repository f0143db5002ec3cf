/// The f32 arithmetic of some PyTorch operations whose result depends on how they are computed.
///
/// PyTorch picks an implementation by the processor. These are the AVX2 ones (`ATEN_CPU_CAPABILITY=avx2`), on which the
/// published results of torch 2.13 rest; a processor with AVX-512 adds in wider steps, one without AVX2 does not fuse.
/// They are written in plain Swift and give the same bits on every processor.
package enum PyTorchArithmetic {
  /// `torch.linspace(low, high, count)[index]`: counted from the nearer end, multiplication and addition fused,
  ///
  ///     step = (high - low) / (count - 1)
  ///     index < count / 2:  fma(step, index, low)     else  fma(-step, count - 1 - index, high)
  package static func linspace(_ low: Float, _ high: Float, count: Int, index: Int) -> Float {
    let step = (high - low) / Float(count - 1)
    return index < count / 2
      ? low.addingProduct(step, Float(index)) : high.addingProduct(-step, Float(count - 1 - index))
  }

  /// `torch.bucketize(value, edges, right=True)`: how many of the ascending edges are not above the value.
  package static func bucketize(_ value: Float, edges: [Float]) -> Int {
    var (start, end) = (0, edges.count)
    while start < end {
      let middle = start + (end - start) / 2
      if edges[middle] > value { end = middle } else { start = middle + 1 }
    }
    return start
  }

  /// `torch.sum` of 2048 values (SumKernel.cpp's cascade sum with vectors of eight lanes).
  ///
  /// 32 running sums, one per lane of four vectors, take 16 values each before they are emptied into a second row of
  /// sums, which keeps small values from vanishing in large sums; then the rows, the vectors and the lanes are added.
  package static func sum(_ values: [Float]) -> Float {
    precondition(values.count == 2048, "the order of the sum is that of 2048 values")
    typealias Row = SIMD32<Float>
    // At 64 rows the third row of PyTorch's cascade is emptied into but never out of: four blocks of 16 reach level 1
    // only, and what level 1 holds is added at the end.
    var blocks = Row.zero
    for block in 0..<4 {
      var row = Row.zero
      for step in 0..<16 {
        let offset = (block * 16 + step) * 32
        for lane in 0..<32 { row[lane] += values[offset + lane] }
      }
      blocks += row
    }
    var lanes = blocks.lowHalf.lowHalf
    lanes += blocks.lowHalf.highHalf
    lanes += blocks.highHalf.lowHalf
    lanes += blocks.highHalf.highHalf
    return (0..<8).reduce(Float(0)) { $0 + lanes[$1] }
  }
}
