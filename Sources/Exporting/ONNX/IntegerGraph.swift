import Networks
import ONNXFormat
import Quantization
import Tensors

/// An `IntegerProgram` in ONNX's operations, step by step.
struct IntegerGraph {
  let program: IntegerProgram
  var builder: GraphBuilder
  /// What each value of the program is called.
  private(set) var names: [String]
  /// The names of the scales and zero points that were asked for, by their values' places.
  private var (scaleNames, zeroPointNames): ([Int: String], [Int: String]) = ([:], [:])

  init(_ program: IntegerProgram) {
    self.program = program
    var builder = GraphBuilder(program.network)
    names = program.values.map { builder.fresh($0.name) }
    self.builder = builder
  }

  /// The whole graph.
  mutating func built() throws(ExportError) -> GraphBuilder {
    input()
    for step in program.steps { try append(step) }
    let (last, scores) = (program.values.count - 1, program.output)
    let (scale, zeroPoint) = (scale(of: last), zeroPoint(of: last))
    builder.output(names[last], as: GraphBuilder.Name.integerScores, scores.dtype.onnx, scores.shape)
    let real = builder.inner(
      "DequantizeLinear", [GraphBuilder.Name.integerScores, scale, zeroPoint], "\(scores.name).dequantized")
    builder.output(real, as: GraphBuilder.Name.scores, .f32, scores.shape)
    builder.outputProbabilities(of: program.network, scores.shape)
    return builder
  }

  /// The scale of a value, as the file holds it, once.
  mutating func scale(of place: Int) -> String {
    if let name = scaleNames[place] { return name }
    let value = program.values[place]
    let name = builder.constant("\(value.name).scale", value.parameters.scale)
    scaleNames[place] = name
    return name
  }

  /// The zero point of a value, as the file holds it, once.
  mutating func zeroPoint(of place: Int) -> String {
    if let name = zeroPointNames[place] { return name }
    let value = program.values[place]
    let name = builder.constant("\(value.name).zero_point", value, value.parameters.zeroPoint)
    zeroPointNames[place] = name
    return name
  }

  /// Integers for the pixels: QuantizeLinear where it gives the program's for all 256, else their table.
  private mutating func input() {
    let value = program.values[0]
    let clamp = program.profile.clampRange(of: value.parameters, dtype: value.dtype)
    guard program.inputTables == program.dividedInputTables else { return pixelTables() }
    let (scale, zeroPoint) = (scale(of: 0), zeroPoint(of: 0))
    let pixels = builder.normalizedInput(of: program.network)
    clamped(to: clamp, of: 0) { $0.node("QuantizeLinear", [pixels, scale, zeroPoint], to: $1) }
  }

  /// `table[round(255 x)]`, channel by channel: exact for pixels, which are all that an image holds.
  private mutating func pixelTables() {
    let name = GraphBuilder.Name.input
    let most = builder.constant("\(name).largest", 255)
    let scaled = builder.inner("Mul", [name, most], "\(name).scaled")
    let rounded = builder.inner("Round", [scaled], "\(name).rounded")
    let least = builder.constant("\(name).least", 0)
    let pixels = builder.inner("Clip", [rounded, least, most], "\(name).pixels")
    gather(pixels, program.inputTables, to: 0, offset: 0)
  }

  private mutating func append(_ step: IntegerProgram.Step) throws(ExportError) {
    let (layer, inputs) = (step.layer.name, step.inputs.map { names[$0] })
    let (entering, leaving) = (program.values[step.inputs[0]], program.values[step.output])
    switch step.operation {
    case .product(let numbers): product(step, numbers)
    case .maxPool(let pool):
      builder.node(
        "MaxPool", inputs, to: names[step.output],
        pool.window.attributes(over: entering.shape.image, to: leaving.shape.image))
    case .averagePool(let pool, let origin): try average(step, pool, origin: origin)
    case .relu:
      let zero = builder.constant("\(layer).least", leaving, leaving.parameters.zeroPoint)
      builder.node("Clip", [inputs[0], zero], to: names[step.output])
    case .lookUp(let tables): table(inputs[0], tables, from: step.inputs[0], to: step.output)
    case .add(let rule, let clamp): add(step, rule, clamp)
    case .concat(let tables):
      let parts = zip(step.inputs, tables).enumerated().map { index, part in
        table(names[part.0], [part.1], from: part.0, to: step.output, part: index)
      }
      builder.node("Concat", parts, to: names[step.output], [.init("axis", .int(1))])
    case .view:
      // What is a vector already, and what a dropout passes on, has no node of its own.
      if entering.shape.isFlat == leaving.shape.isFlat {
        names[step.output] = inputs[0]
      } else {
        builder.node("Flatten", inputs, to: names[step.output], [.init("axis", .int(1))])
      }
    }
  }

  /// Calls `body` to make a value, of the given name, and clamps it where that is to less than its type.
  mutating func clamped(
    to clamp: IntegerRange, of place: Int, _ body: (_ builder: inout GraphBuilder, _ name: String) -> Void
  ) {
    let value = program.values[place]
    guard clamp != IntegerRange(value.dtype) else { return body(&builder, names[place]) }
    let whole = builder.fresh("\(value.name).unclamped")
    body(&builder, whole)
    clip(whole, to: clamp, as: names[place], value)
  }

  /// Clamps integers.
  mutating func clip(_ input: String, to clamp: IntegerRange, as name: String, _ value: IntegerProgram.Value) {
    let least = builder.constant("\(value.name).least", value, clamp.low)
    let greatest = builder.constant("\(value.name).greatest", value, clamp.high)
    builder.node("Clip", [input, least, greatest], to: name)
  }

  /// QLinearConv; a linear layer is a 1 x 1 convolution of an image of one pixel: QLinearMatMul has no bias, QGemm is ONNX
  /// Runtime's alone, and MatMulInteger leaves the rest to seven operations on floats. They are equal, all integers of them
  /// (ONNX Runtime 1.32); from 3,136 features to 128, 10,000 images take the first 72 ms and the other two 17 and 19.
  private mutating func product(_ step: IntegerProgram.Step, _ numbers: IntegerProgram.ProductNumbers) {
    let (layer, value, out) = (step.layer.name, program.values[step.output], numbers.weight.out)
    let shape = numbers.weight.shape.dimensions
    let weight = builder.constant(
      "\(layer).weight", shape.count == 2 ? shape + [1, 1] : shape, .s8(numbers.weight.integers))
    let scales = scales(of: step, numbers)
    let count = scales.isPerChannel ? [out] : []
    let zero = builder.constant(
      "\(layer).weight_zero_point", count, .s8([Int8](repeating: 0, count: count.first ?? 1)))
    let bias = builder.constant("\(layer).bias", [out], .s32(numbers.bias))
    func convolve(_ builder: inout GraphBuilder, _ input: String, _ name: String, _ attributes: [ONNXAttribute]) {
      builder.node(
        "QLinearConv",
        [
          input, scales.input, scales.inputZero, weight, scales.weight, zero, scales.output, scales.outputZero, bias,
        ], to: name, attributes)
    }
    let input = names[step.inputs[0]]
    if case .conv2d(let conv) = step.layer.operation {
      let attributes =
        conv.window.attributes(over: program.values[step.inputs[0]].shape.image, to: value.shape.image)
        + (conv.groups == 1 ? [] : [.init("group", .int(conv.groups))])
      clamped(to: numbers.clamp, of: step.output) { convolve(&$0, input, $1, attributes) }
      return
    }
    let sides = builder.constant("\(layer).pixel", [4], .s64([0, Int64(numbers.weight.inner), 1, 1]))
    let pixel = builder.inner("Reshape", [input, sides], "\(layer).input")
    clamped(to: numbers.clamp, of: step.output) { builder, name in
      let image = builder.fresh("\(layer).image")
      convolve(&builder, pixel, image, [.init("kernel_shape", .ints([1, 1]))])
      builder.node("Flatten", [image], to: name, [.init("axis", .int(1))])
    }
  }

  /// The names of a product's scales and zero points.
  private struct ProductScales {
    let (input, inputZero): (String, String)
    let weight: String
    let isPerChannel: Bool
    let (output, outputZero): (String, String)
  }

  /// The model's own scales where QLinearConv makes the model's multipliers of them, else the multipliers and ones.
  private mutating func scales(
    of step: IntegerProgram.Step, _ numbers: IntegerProgram.ProductNumbers
  ) -> ProductScales {
    let (layer, weight) = (step.layer.name, numbers.weight)
    let (x, y) = (
      program.values[step.inputs[0]].parameters.scale, program.values[step.output].parameters.scale
    )
    let isOwn = numbers.multipliers.indices.allSatisfy { x * weight.scale($0) / y == numbers.multipliers[$0] }
    let scales = isOwn ? weight.scales : numbers.multipliers
    let name = builder.constant(
      isOwn ? "\(layer).weight_scale" : "\(layer).multipliers", scales.count == 1 ? [] : [scales.count], .f32(scales))
    let one = isOwn ? nil : builder.constant("\(layer).one", 1)
    return ProductScales(
      input: one ?? scale(of: step.inputs[0]), inputZero: zeroPoint(of: step.inputs[0]), weight: name,
      isPerChannel: scales.count > 1, output: one ?? scale(of: step.output), outputZero: zeroPoint(of: step.output))
  }
}

extension GraphBuilder {
  /// Adds an integer of a value's type to the file.
  mutating func constant(_ name: String, _ value: IntegerProgram.Value, _ integer: Int32) -> String {
    constant(name, [], value.dtype == .s8 ? .s8([Int8(integer)]) : .u8([UInt8(integer)]))
  }
}

extension DType {
  /// The format's type.
  var onnx: ONNXElement { self == .s8 ? .s8 : .u8 }
}

extension IntegerProgram {
  /// `inputTables` as QuantizeLinear makes them: divided, rounded half to even, then the zero point.
  fileprivate var dividedInputTables: [[UInt8]] {
    let (value, channels) = (values[0], network.input.channels)
    let clamp = profile.clampRange(of: value.parameters, dtype: value.dtype)
    let (zero, offset) = (value.parameters.zeroPoint, value.parameters.storageOffset)
    return (0..<channels).map { channel in
      (0..<256).map { pixel in
        var x = Float(pixel) / 255
        if let (mean, std) = network.normalization?[channel] { x = (x - mean) / std }
        let distance = Rounding.halfToEven(
          x / value.parameters.scale, clampedTo: clamp.low - zero, clamp.high - zero)
        return UInt8(distance + zero + offset)
      }
    }
  }
}
