import Networks
import ONNXFormat
import Quantization

/// An `IntegerProgram` as float operations, each value of which is quantized and dequantized again.
///
/// QuantizeLinear clamps to the whole type. Where the model clamps to less, a Clip of the integers follows, before
/// DequantizeLinear: exact, whatever rounding does at the ends. Not a Clip of the real numbers before QuantizeLinear: ONNX
/// Runtime 1.32 makes integer operations of what stands between DequantizeLinear and QuantizeLinear, and of nothing that
/// has a Clip there. 256 images of mnist-cnn, one thread with AVX2: 47 ms without, 80 ms with the integers clamped, and
/// 135 ms with the real numbers, of which 16 scores of 100,000 differed and 0 of the others.
struct QDQGraph {
  private let program: IntegerProgram
  /// What each value is called, as integers, and then as the real numbers that these stand for.
  private let names: [String]
  private var realNames: [String] = []
  private var builder: GraphBuilder

  init(_ program: IntegerProgram) {
    self.program = program
    var builder = GraphBuilder(program.network)
    names = program.values.map { builder.fresh($0.name) }
    self.builder = builder
  }

  /// The whole graph.
  mutating func built() -> GraphBuilder {
    round(builder.normalizedInput(of: program.network), clamp: program.clamp(of: 0))
    for step in program.steps {
      let (entering, leaving) = (program.values[step.inputs[0]], program.values[step.output])
      let real = GraphBuilder.RealLayer(
        layer: step.layer, entering: entering.shape, leaving: leaving.shape, weights: weights(of: step),
        parameter: { [program] in program.floatParameters["\(step.layer.name).\($0)"]?.f32 ?? [] })
      let inputs = step.inputs.map { realNames[$0] }
      let result = builder.append(real, inputs, as: builder.fresh("\(leaving.name).real"))
      if result == inputs[0] {
        realNames.append(result)
      } else {
        round(result, clamp: program.staysInRange(step) ? nil : program.clamp(of: step.output))
      }
    }
    let scores = program.output
    builder.output(realNames[realNames.count - 1], as: GraphBuilder.Name.scores, .f32, scores.shape)
    builder.outputProbabilities(of: program.network, scores.shape)
    return builder
  }

  /// Makes integers of the next value's real numbers, and real numbers of those.
  /// - Parameter clamp: the integers that the model lets through; nil where there are no others.
  private mutating func round(_ real: String, clamp: IntegerRange?) {
    let place = realNames.count
    let value = program.values[place]
    let whole = IntegerRange(value.dtype)
    let parameters = [
      builder.constant("\(value.name).scale", value.parameters.scale),
      builder.constant("\(value.name).zero_point", value, value.parameters.zeroPoint),
    ]
    if let clamp, clamp != whole {
      let all = builder.node("QuantizeLinear", [real] + parameters, to: builder.fresh("\(value.name).unclamped"))
      // An end that is the type's is left out.
      let least = clamp.low == whole.low ? "" : builder.constant("\(value.name).least", value, clamp.low)
      let greatest = clamp.high == whole.high ? [] : [builder.constant("\(value.name).greatest", value, clamp.high)]
      builder.node("Clip", [all, least] + greatest, to: names[place])
    } else {
      builder.node("QuantizeLinear", [real] + parameters, to: names[place])
    }
    realNames.append(
      builder.inner("DequantizeLinear", [names[place]] + parameters, "\(value.name).dequantized"))
  }

  /// A product's weight and bias, dequantized.
  private mutating func weights(of step: IntegerProgram.Step) -> [String] {
    guard case .product(let numbers) = step.operation else { return [] }
    let (layer, weight) = (step.layer.name, numbers.weight)
    let x = program.values[step.inputs[0]].parameters.scale
    let isPerChannel = weight.scales.count > 1
    func dequantized(
      _ word: String, _ shape: [Int], _ elements: ONNXTensor.Elements, scales: [Float], zero: ONNXTensor.Elements
    ) -> String {
      let sides = isPerChannel ? [scales.count] : []
      let inputs = [
        builder.constant("\(layer).\(word)", shape, elements),
        builder.constant("\(layer).\(word)_scale", sides, .f32(scales)),
        builder.constant("\(layer).\(word)_zero_point", sides, zero),
      ]
      return builder.inner(
        "DequantizeLinear", inputs, "\(layer).\(word)_real", isPerChannel ? [.init("axis", .int(0))] : [])
    }
    return [
      dequantized(
        "weight", weight.shape.dimensions, .s8(weight.integers), scales: weight.scales,
        zero: .s8(weight.scales.map { _ in 0 })),
      dequantized(
        "bias", [weight.out], .s32(numbers.bias), scales: weight.scales.map { x * $0 },
        zero: .s32(weight.scales.map { _ in 0 })),
    ]
  }
}

extension IntegerProgram {
  /// The integers to which a value is clamped.
  fileprivate func clamp(of place: Int) -> IntegerRange {
    profile.clampRange(of: values[place].parameters, dtype: values[place].dtype)
  }

  /// Whether what leaves a step is clamped already: integers that entered it, or between some of these, in the same steps.
  fileprivate func staysInRange(_ step: Step) -> Bool {
    switch step.operation {
    case .maxPool, .averagePool, .relu, .view:
      step.inputs.allSatisfy { values[$0].parameters == values[step.output].parameters }
    case .product, .lookUp, .add, .concat: false
    }
  }
}
