import Networks
import ONNXFormat
import Quantization

extension IntegerGraph {
  /// Integers through tables of bytes as stored, one, or one for each channel: nothing for a table that changes none,
  /// Clip for one that clamps, else Gather.
  /// - Parameter part: which of several values that are joined behind this; nil where the table is all of a layer.
  /// - Returns: what leaves it.
  @discardableResult
  mutating func table(
    _ input: String, _ tables: [[UInt8]], from source: Int, to output: Int, part: Int? = nil
  ) -> String {
    let (entering, leaving) = (program.values[source], program.values[output])
    let offset = entering.parameters.storageOffset
    let prefix = leaving.name + (part.map { ".\($0)" } ?? "")
    if part != nil, tables[0].isIdentity, entering.dtype == leaving.dtype { return input }
    let name = part == nil ? names[output] : builder.fresh("\(prefix).requantized")
    guard let clamp = tables.count == 1 && entering.dtype == leaving.dtype ? tables[0].clamp : nil else {
      gather(
        input, tables, as: name, prefix: prefix, offset: offset, value: leaving,
        isVector: leaving.shape.isFlat)
      return name
    }
    let least = builder.constant("\(prefix).least", leaving, Int32(clamp.lowerBound) - offset)
    let greatest = builder.constant("\(prefix).greatest", leaving, Int32(clamp.upperBound) - offset)
    return builder.node("Clip", [input, least, greatest], to: name)
  }

  /// The input's integers by tables of pixels.
  mutating func gather(_ pixels: String, _ tables: [[UInt8]], to place: Int, offset: Int32) {
    let isOne = tables.allSatisfy { $0 == tables[0] }
    gather(
      pixels, isOne ? [tables[0]] : tables, as: names[place], prefix: program.values[place].name, offset: offset,
      value: program.values[place], isVector: false)
  }

  /// Gather by the integers as stored, each channel in its part of the tables.
  private mutating func gather(
    _ input: String, _ tables: [[UInt8]], as name: String, prefix: String, offset: Int32,
    value: IntegerProgram.Value, isVector: Bool
  ) {
    let table = builder.constant("\(prefix).table", [tables.count * 256], value.elements(Array(tables.joined())))
    var index = builder.inner("Cast", [input], "\(prefix).integers", [.init("to", .int(ONNXElement.s32.rawValue))])
    let starts = tables.indices.map { Int32($0 * 256) + offset }
    if starts != [0] {
      let shape = starts.count == 1 ? [] : [starts.count] + (isVector ? [] : [1, 1])
      let start = builder.constant("\(prefix).table_start", shape, .s32(starts))
      index = builder.inner("Add", [index, start], "\(prefix).index")
    }
    builder.node("Gather", [table, index], to: name)
  }

  /// The sum of two values: in float32, each operation rounded once; where the model's rule gives another integer for
  /// some of the 65,536 pairs, as a multiplication by the reciprocal can on ties, their table.
  ///
  /// Not DequantizeLinear, Add, QuantizeLinear: by itself that is the same, but ONNX Runtime makes QLinearAdd of it, whose
  /// integer was another for 16 of 3,276,800 pairs (all pairs under 50 random scales, ONNX Runtime 1.32).
  mutating func add(_ step: IntegerProgram.Step, _ rule: ScalingRule, _ clamp: IntegerRange) {
    let sum = IntegerSum(program, step, rule, clamp)
    guard sum.isDivided else { return addByTable(step, sum) }
    let (layer, value) = (step.layer.name, program.values[step.output])
    let parts = zip(step.inputs, ["left", "right"]).map { place, side in
      let parameters = program.values[place].parameters
      let distance = distance(names[place], from: parameters.zeroPoint, "\(layer).\(side)")
      let scale = builder.constant("\(layer).\(side)_scale", parameters.scale)
      return builder.inner("Mul", [distance, scale], "\(layer).\(side)_real")
    }
    let real = builder.inner("Add", parts, "\(layer).sum")
    let scale = builder.constant("\(layer).divisor", value.parameters.scale)
    let scaled = builder.inner("Div", [real, scale], "\(layer).scaled")
    integers(scaled, zeroPoint: value.parameters.zeroPoint, clamp: clamp, of: step.output)
  }

  /// `table[256 left + right]`.
  private mutating func addByTable(_ step: IntegerProgram.Step, _ sum: IntegerSum) {
    let (layer, value) = (step.layer.name, program.values[step.output])
    let toIndex = [ONNXAttribute("to", .int(ONNXElement.s32.rawValue))]
    let offsets = step.inputs.map { program.values[$0].parameters.storageOffset }
    let left = builder.inner("Cast", [names[step.inputs[0]]], "\(layer).left", toIndex)
    let right = builder.inner("Cast", [names[step.inputs[1]]], "\(layer).right", toIndex)
    let row = builder.inner(
      "Mul", [left, builder.constant("\(layer).row", [], .s32([256]))], "\(layer).rows")
    var index = builder.inner("Add", [row, right], "\(layer).pair")
    let start = offsets[0] * 256 + offsets[1]
    if start != 0 {
      index = builder.inner("Add", [index, builder.constant("\(layer).start", [], .s32([start]))], "\(layer).index")
    }
    let table = builder.constant("\(layer).table", [65_536], value.elements(sum.table))
    builder.node("Gather", [table, index], to: names[step.output])
  }

  /// The mean of each window: sums of distances from the origin, exact in float32, divided by how many pixels count and
  /// rounded half to even. Padding is distance 0, so it counts by the divisor alone.
  ///
  /// Not AveragePool between DequantizeLinear and QuantizeLinear, whose ties fall to either side: 66 of 2,048 means of
  /// random 2 x 2 windows were others, and 496 of the QLinearAveragePool that ONNX Runtime 1.32 makes of it.
  mutating func average(_ step: IntegerProgram.Step, _ pool: AveragePool2d, origin: Int32) throws(ExportError) {
    let (layer, input, value) = (step.layer.name, program.values[step.inputs[0]], program.values[step.output])
    let image = input.shape.image
    let counts = pool.counts(over: image, to: value.shape.image)
    for count in Set(counts).sorted() where !Self.isExactMean(of: count) {
      throw .wideMean(layer: layer, pixels: count)
    }
    let zero = origin - input.parameters.storageOffset
    let distance = distance(names[step.inputs[0]], from: zero, "\(layer).input")
    let sum: String
    if pool.kernel == nil {
      let axes = builder.constant("\(layer).axes", [2], .s64([2, 3]))
      sum = builder.inner("ReduceSum", [distance, axes], "\(layer).sum", [.init("keepdims", .int(1))])
    } else {
      let window = pool.window(over: image)
      let ones = [Float](repeating: 1, count: image.channels * window.kernel.height * window.kernel.width)
      let weight = builder.constant(
        "\(layer).ones", [image.channels, 1, window.kernel.height, window.kernel.width], .f32(ones))
      sum = builder.inner(
        "Conv", [distance, weight], "\(layer).sum",
        window.attributes(over: image, to: value.shape.image) + [.init("group", .int(image.channels))])
    }
    let isOne = Set(counts).count == 1
    let divisor = builder.constant(
      "\(layer).count", isOne ? [] : [value.shape.image.height, value.shape.image.width],
      .f32((isOne ? [counts[0]] : counts).map { Float($0) }))
    let mean = builder.inner("Div", [sum, divisor], "\(layer).mean")
    integers(mean, zeroPoint: zero, clamp: nil, of: step.output)
  }

  /// Whether, for so many integers of 8 bits, `f32(sum / count)` rounds to where the quotient itself does: for all
  /// sums, tried one by one.
  private static func isExactMean(of count: Int) -> Bool {
    guard count * 255 < 1 << 24 else { return false }
    return (0...count * 255).allSatisfy { sum in
      (Float(sum) / Float(count)).rounded(.toNearestOrEven)
        == Float((Double(sum) / Double(count)).rounded(.toNearestOrEven))
    }
  }

  /// Integers as float distances from one of them.
  private mutating func distance(_ input: String, from origin: Int32, _ name: String) -> String {
    let real = builder.inner("Cast", [input], name, [.init("to", .int(ONNXElement.f32.rawValue))])
    guard origin != 0 else { return real }
    let zero = builder.constant("\(name)_origin", Float(origin))
    return builder.inner("Sub", [real, zero], "\(name)_distance")
  }

  /// A value's integers from its steps: rounded half to even, shifted, clamped.
  private mutating func integers(_ steps: String, zeroPoint: Int32, clamp: IntegerRange?, of place: Int) {
    let value = program.values[place]
    var result = builder.inner("Round", [steps], "\(value.name).rounded")
    if zeroPoint != 0 {
      let zero = builder.constant("\(value.name).origin", Float(zeroPoint))
      result = builder.inner("Add", [result, zero], "\(value.name).shifted")
    }
    if let clamp {
      let least = builder.constant("\(value.name).least", Float(clamp.low))
      let greatest = builder.constant("\(value.name).greatest", Float(clamp.high))
      result = builder.inner("Clip", [result, least, greatest], "\(value.name).clamped")
    }
    builder.node("Cast", [result], to: names[place], [.init("to", .int(value.dtype.onnx.rawValue))])
  }
}

/// What leaves a sum for each pair of bytes that may enter.
private struct IntegerSum {
  /// By the model's rule; as stored, left by left.
  let table: [UInt8]
  /// Whether a division by the output's scale gives the same for every pair.
  let isDivided: Bool

  init(_ program: IntegerProgram, _ step: IntegerProgram.Step, _ rule: ScalingRule, _ clamp: IntegerRange) {
    let (left, right) = (program.values[step.inputs[0]].parameters, program.values[step.inputs[1]].parameters)
    let leaving = program.values[step.output].parameters
    func table(_ rule: ScalingRule) -> [UInt8] {
      (0..<65_536).map { (pair: Int32) in
        let sum = left.dequantize(pair / 256 - left.storageOffset) + right.dequantize(pair % 256 - right.storageOffset)
        return UInt8(leaving.quantize(sum, rule: rule, clamp: clamp) + leaving.storageOffset)
      }
    }
    self.table = table(rule)
    isDivided = rule == .divide || self.table == table(.divide)
  }
}

extension QuantizationParameters {
  /// The integer of a real number, clamped to another range than the one in use.
  fileprivate func quantize(_ x: Float, rule: ScalingRule, clamp: IntegerRange) -> Int32 {
    guard let other = try? QuantizationParameters(scale: scale, zeroPoint: zeroPoint, range: clamp) else {
      preconditionFailure("a clamp holds the zero point")
    }
    return other.quantize(x, rule: rule)
  }
}

extension IntegerProgram.Value {
  /// Integers of this value, given as they are stored.
  fileprivate func elements(_ stored: [UInt8]) -> ONNXTensor.Elements {
    dtype == .s8 ? .s8(stored.map { Int8(bitPattern: $0 ^ 0x80) }) : .u8(stored)
  }
}

extension [UInt8] {
  /// The bytes to which the table clamps, nil where it does something else.
  fileprivate var clamp: ClosedRange<UInt8>? {
    guard self[0] <= self[255] else { return nil }
    let (low, high) = (self[0], self[255])
    return indices.allSatisfy { self[$0] == Swift.min(Swift.max(UInt8($0), low), high) } ? low...high : nil
  }
}

extension AveragePool2d {
  /// How many pixels each window divides by, row by row.
  fileprivate func counts(over image: ImageShape, to output: ImageShape) -> [Int] {
    let window = window(over: image)
    func counted(_ place: Int, stride: Int, kernel: Int, size: Int, before: Int, after: Int) -> Int {
      let first = place * stride - before
      let (low, high) = countIncludePad ? (first, size + after) : (Swift.max(first, 0), size)
      return Swift.min(first + kernel, high) - low
    }
    let padding = window.padding
    return (0..<output.height).flatMap { row in
      let rows = counted(
        row, stride: window.stride.height, kernel: window.kernel.height, size: image.height, before: padding.top,
        after: padding.bottom)
      return (0..<output.width).map { column in
        rows
          * counted(
            column, stride: window.stride.width, kernel: window.kernel.width, size: image.width,
            before: padding.left, after: padding.right)
      }
    }
  }
}
