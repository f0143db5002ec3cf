import Networks
import ONNXFormat
import Quantization

/// An `IntegerProgram` as float operations, each value of which is quantized and dequantized again.
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
    round(builder.normalizedInput(of: program.network))
    for step in program.steps {
      let (entering, leaving) = (program.values[step.inputs[0]], program.values[step.output])
      let real = GraphBuilder.RealLayer(
        layer: step.layer, entering: entering.shape, leaving: leaving.shape, weights: weights(of: step),
        parameter: { [program] in program.floatParameters["\(step.layer.name).\($0)"]?.f32 ?? [] })
      let inputs = step.inputs.map { realNames[$0] }
      let result = builder.append(real, inputs, as: builder.fresh("\(leaving.name).real"))
      if result == inputs[0] { realNames.append(result) } else { round(result) }
    }
    let scores = program.output
    builder.output(realNames[realNames.count - 1], as: GraphBuilder.Name.scores, .f32, scores.shape)
    builder.outputProbabilities(of: program.network, scores.shape)
    return builder
  }

  /// Makes integers of the next value's real numbers, and real numbers of those.
  private mutating func round(_ real: String) {
    let place = realNames.count
    let value = program.values[place]
    let parameters = [
      builder.constant("\(value.name).scale", value.parameters.scale),
      builder.constant("\(value.name).zero_point", value, value.parameters.zeroPoint),
    ]
    builder.node("QuantizeLinear", [real] + parameters, to: names[place])
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
