import Kernels
import Layers
import Quantization

/// A weight's scales in fine-tuning and its integers, held as floats: by the formula and the rounding of conversion.
///
/// Scales follow the weight's extremes at each step, or, when learned, are those of the start times factors that
/// training moves, as an activation's are.
final class WeightQuantizer: @unchecked Sendable {
  // Unchecked: panels write memory of their own.
  private let scheme: TensorScheme
  private let profile: NumericProfile
  private let panels: WeightPanels
  private let compute: Compute
  private var start: [Float]
  /// One for each output channel, alike where one serves all.
  private(set) var scales: [Float] = []
  /// The factors of learned scales: one, or one for each output channel. Nil where they are not learned.
  let factors: Parameter?
  private let divisors: AlignedBuffer<Float>
  private let slopes: AlignedBuffer<Float>
  private let low: AlignedBuffer<Float>
  private let high: AlignedBuffer<Float>
  private let sums: AlignedBuffer<Double>

  /// - Parameter chosen: learned scales to start from, nil to take them from the weight.
  init(
    _ scheme: TensorScheme, profile: NumericProfile, panels: WeightPanels, chosen: [Float]?, compute: Compute
  ) {
    self.scheme = scheme
    self.profile = profile
    self.panels = panels
    self.compute = compute
    start = chosen ?? []
    let parts = scheme.granularity == .perTensor ? 1 : panels.out
    factors = scheme.observer == .learned ? Parameter(count: parts) : nil
    factors?.values.buffer.update(repeating: 1)
    let columns = panels.panels * WeightPanels.width
    divisors = AlignedBuffer(count: columns)
    divisors.buffer.update(repeating: 1)
    slopes = AlignedBuffer(count: columns)
    low = AlignedBuffer(count: columns)
    high = AlignedBuffer(count: columns)
    sums = AlignedBuffer(count: columns)
  }

  private var parts: Int { scheme.granularity == .perTensor ? 1 : panels.out }

  /// The learned scales, as conversion takes them; nil where they follow from the weight.
  var learned: [Float]? {
    guard let factors else { return nil }
    return start.indices.map { start[$0] * max(factors.values.pointer[$0], ActivationQuantizer.smallestFactor) }
  }

  /// The start of learned scales; none where they follow from the weight, or no batch has passed.
  var kept: [Float] {
    get { factors == nil ? [] : start }
    set { if factors != nil { start = newValue } }
  }

  /// Chooses the scales, and rounds a weight, given in panels, to integers.
  /// - Parameters:
  ///   - bias: one for each output channel, nil for none.
  ///   - input: the input's scale.
  func quantize(
    _ weight: AlignedBuffer<Float>, bias: [Float]?, input: Float, into integers: AlignedBuffer<Float>
  ) {
    if factors == nil || start.isEmpty { start = covering(weight) }
    let chosen = profile.raised(learned ?? start, bias: bias, input: input)
    scales = (0..<panels.out).map { chosen[parts == 1 ? 0 : $0] }
    for (column, scale) in scales.enumerated() {
      divisors.pointer[column] = profile.scalingRule == .divide ? scale : 1 / scale
    }
    compute.pool.forEach(panels.panels) { [self] panel in
      compute.kernels.fakeQuantize(
        m: panels.inner, n: WeightPanels.width, x: weight.pointer + panel * panels.panelStride, rounding(panel),
        out: integers.pointer + panel * panels.panelStride)
    }
  }

  /// The weight's gradient from that of its integers, dW = dŵ / scale where the clamp lets it through, and
  /// the gradient of learned factors.
  func backward(
    _ weight: AlignedBuffer<Float>, integers gradient: AlignedBuffer<Float>,
    into target: AlignedBuffer<Float>
  ) {
    for (column, scale) in scales.enumerated() { slopes.pointer[column] = 1 / scale }
    sums.buffer.update(repeating: 0)
    compute.pool.forEach(panels.panels) { [self] panel in
      let (first, column) = (panel * panels.panelStride, panel * WeightPanels.width)
      compute.kernels.fakeQuantizeBackward(
        m: panels.inner, n: WeightPanels.width, x: weight.pointer + first, rounding(panel),
        slope: slopes.pointer + column, dy: gradient.pointer + first, dx: target.pointer + first)
      guard factors != nil else { return }
      compute.kernels.fakeQuantizeScaleGradient(
        m: panels.inner, n: WeightPanels.width, x: weight.pointer + first, rounding(panel),
        dy: gradient.pointer + first,
        sum: sums.pointer + column)
    }
    guard let factors else { return }
    let columns = (0..<panels.out).map { sums.pointer[$0] }
    for (part, sum) in (parts == 1 ? [columns.reduce(0, +)] : columns).enumerated() {
      let factor = max(factors.values.pointer[part], ActivationQuantizer.smallestFactor)
      factors.gradient.pointer[part] = Float(sum / Double(factor))
    }
  }

  private func rounding(_ panel: Int) -> FakeQuantization {
    FakeQuantization(
      factor: divisors.pointer + panel * WeightPanels.width, isPerColumn: true,
      divides: profile.scalingRule == .divide, range: Float(scheme.range.low)...Float(scheme.range.high))
  }

  /// The scales that cover a weight; NaN where it is not finite.
  private func covering(_ weight: AlignedBuffer<Float>) -> [Float] {
    low.buffer.update(repeating: .infinity)
    high.buffer.update(repeating: -.infinity)
    compute.pool.forEach(panels.panels) { [self] panel in
      let column = panel * WeightPanels.width
      compute.kernels.columnRange(
        m: panels.inner, n: WeightPanels.width, x: weight.pointer + panel * panels.panelStride,
        low: low.pointer + column, high: high.pointer + column)
    }
    return (0..<parts).map { part in
      let columns = parts == 1 ? 0..<panels.out : part..<part + 1
      let ends = columns.reduce(emptyRange) { union($0, (low.pointer[$1], high.pointer[$1])) }
      let parameters = try? QuantizationParameters(
        covering: ObservedRange(low: ends.low, high: ends.high), symmetry: scheme.symmetry, range: scheme.range,
        least: profile.leastScale)
      return parameters?.scale ?? .nan
    }
  }
}
