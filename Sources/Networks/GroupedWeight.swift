/// The weight of a grouped convolution, (out, channels / groups, height, width), and the same as one of all channels,
/// (out, channels, height, width), in which nothing leads from one group to another.
package struct GroupedWeight {
  private let inner: ImageShape
  private let out: Int
  private let groups: Int

  /// - Parameter inner: the shape of one output's weights of all channels.
  package init(inner: ImageShape, out: Int, groups: Int) {
    (self.inner, self.out, self.groups) = (inner, out, groups)
  }

  /// The runs of values that an output has: how many, and where they stand among those of all channels.
  private func run(of output: Int) -> Range<Int> {
    let count = inner.count / groups
    let first = output / (out / groups) * count
    return first..<first + count
  }

  /// The weight of all channels.
  package func dense<Value>(_ weight: [Value], filling zero: Value) -> [Value] {
    guard groups > 1 else { return weight }
    let count = inner.count / groups
    var dense = [Value](repeating: zero, count: out * inner.count)
    for output in 0..<out {
      let first = output * inner.count + run(of: output).lowerBound
      dense.replaceSubrange(first..<first + count, with: weight[output * count..<(output + 1) * count])
    }
    return dense
  }

  /// The inverse of `dense`.
  package func parts<Value>(of dense: [Value]) -> [Value] {
    guard groups > 1 else { return dense }
    return (0..<out).flatMap { output in
      let run = run(of: output)
      return dense[output * inner.count + run.lowerBound..<output * inner.count + run.upperBound]
    }
  }
}
