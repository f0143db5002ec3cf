import Networks
import Quantization

// Convolutions and linear layers. Where no window is cut, the input's zero point is part of where sums start; elsewhere
// it is subtracted tap by tap, and taps beyond the image, which stand for zero, are left out. Either way no sum leaves
// 32 bits in any order: a tap that is not there counts as a byte at the zero point in the bound that was proved.
extension CStep {
  /// A fully connected layer: weights (out, in), columns in the order of the bytes that enter.
  func linear(_ numbers: IntegerProgram.ProductNumbers) -> CFunction {
    let (out, inner) = (numbers.weight.out, numbers.weight.inner)
    let order = inputs[0].shape.image.pytorchOrder
    var function = product(numbers, order: order, folded: true)
    function.helpers.insert(.dot)
    function.body.loop("out", below: out) { writer in
      writer.line(
        "const int32_t sum = starts_\(id)[out] + dot(x, weights_\(id) + \("out".times(inner)), \(inner));")
      writer.line("y[out] = \(requantized(numbers, channel: "out"));")
    }
    return function
  }

  /// A convolution: weights (out, row, column, in), or (row, column, channel) of a depthwise one.
  func convolution(_ conv: Conv2d, _ numbers: IntegerProgram.ProductNumbers) -> CFunction {
    let (input, output) = (inputs[0].shape.image, self.output.shape.image)
    let loops = CWindow(window: conv.window, input: input, output: output)
    let kernel = ImageShape(
      channels: input.channels / conv.groups, height: conv.kernel.height, width: conv.kernel.width)
    let isDepthwise = conv.isDepthwise(over: input)
    var function = product(numbers, order: kernel.pytorchOrder, folded: !loops.isCut, isDepthwise: isDepthwise)
    function.helpers.formUnion(loops.helpers)
    if isDepthwise {
      depthwise(loops, numbers, &function)
    } else {
      function.helpers.insert(subtractsZero(loops) ? .dotFrom : .dot)
      dense(conv, loops, numbers, &function)
    }
    return function
  }

  /// Whether each tap's distance from the zero point is taken.
  private func subtractsZero(_ loops: CWindow) -> Bool { loops.isCut && inputs[0].zeroPoint != 0 }

  /// Each output channel sees those of its group: of one group a kernel's row at once, of more a tap's channels.
  private func dense(
    _ conv: Conv2d, _ loops: CWindow, _ numbers: IntegerProgram.ProductNumbers, _ function: inout CFunction
  ) {
    let (part, channels) = (loops.input.channels / conv.groups, loops.input.channels)
    let outOfGroup = conv.out / conv.groups
    let (dot, zero) = subtractsZero(loops) ? ("dot_from", "\(inputs[0].zeroPoint), ") : ("dot", "")
    let group = conv.groups == 1 ? "" : " + " + (outOfGroup == 1 ? "out" : "(out / \(outOfGroup))").times(part)
    loops.forEachPixel(&function.body) { writer in
      writer.loop("out", below: conv.out) { writer in
        writer.line("const int8_t *w = weights_\(id) + \("out".times(numbers.weight.inner));")
        writer.line("int32_t sum = starts_\(id)[out];")
        if conv.groups == 1 && conv.dilation.width == 1 {
          kernelRows(loops, dot: dot, zero: zero, &writer)
        } else {
          loops.forEachTap(&writer) { writer in
            writer.line("const uint8_t *tap = x + \(loops.pixel.times(channels))\(group);")
            let weight = "(\("ky".times(conv.kernel.width)) + kx)".times(part)
            writer.line("sum += \(dot)(tap, \(zero)w + \(weight), \(part));")
          }
        }
        writer.line("*y++ = \(requantized(numbers, channel: "out"));")
      }
    }
  }

  /// A row of the kernel lies side by side, and so does what it sees.
  private func kernelRows(_ loops: CWindow, dot: String, zero: String, _ writer: inout CWriter) {
    let (channels, kernel, dilation) = (loops.input.channels, loops.window.kernel, loops.window.dilation)
    writer.loop("ky", from: loops.rows.begin, below: loops.rows.end) { writer in
      let row = "(top + \("ky".times(dilation.height))) * \(loops.input.width) + left"
      guard loops.isCut else {
        let weights = "ky".times(kernel.width * channels)
        writer.line(
          "sum += \(dot)(x + \("(\(row))".times(channels)), \(zero)w + \(weights), \(kernel.width * channels));")
        return
      }
      let weights = "(\("ky".times(kernel.width)) + kx_begin)".times(channels)
      let sum = [
        "const uint8_t *taps = x + \("(\(row) + kx_begin)".times(channels));",
        "sum += \(dot)(taps, \(zero)w + \(weights), \("(kx_end - kx_begin)".times(channels)));",
      ]
      if loops.hasEmptyRows {
        writer.block("if (kx_begin < kx_end)") { writer in sum.forEach { writer.line($0) } }
      } else {
        sum.forEach { writer.line($0) }
      }
    }
  }

  /// Each channel by itself.
  private func depthwise(
    _ loops: CWindow, _ numbers: IntegerProgram.ProductNumbers, _ function: inout CFunction
  ) {
    let channels = loops.input.channels
    let weight = "(\("ky".times(loops.window.kernel.width)) + kx)"
    loops.forEachPixel(&function.body) { writer in
      writer.loop("channel", below: channels) { writer in
        writer.line("int32_t sum = starts_\(id)[channel];")
        loops.forEachTap(&writer) { writer in
          writer.line("const int32_t tap = x[\(loops.pixel.times(channels)) + channel];")
          let distance = subtractsZero(loops) ? "(tap - \(inputs[0].zeroPoint))" : "tap"
          writer.line("sum += \(distance) * weights_\(id)[\(weight.times(channels)) + channel];")
        }
        writer.line("*y++ = \(requantized(numbers, channel: "channel"));")
      }
    }
  }
}

// What products share.
extension CStep {
  /// A product's arrays.
  /// - Parameters:
  ///   - order: where the weights of an output come from, one after the other.
  ///   - folded: whether the zero point is part of where sums start.
  ///   - isDepthwise: whether outputs lie beside each other, tap by tap.
  private func product(
    _ numbers: IntegerProgram.ProductNumbers, order: [Int], folded: Bool, isDepthwise: Bool = false
  ) -> CFunction {
    let (out, inner, integers) = (numbers.weight.out, numbers.weight.inner, numbers.weight.integers)
    let weights =
      isDepthwise
      ? order.flatMap { tap in (0..<out).map { integers[$0 * inner + tap] } }
      : (0..<out).flatMap { channel in order.map { integers[channel * inner + $0] } }
    let starts = (0..<out).map { channel in
      let sum = integers[channel * inner..<(channel + 1) * inner].reduce(Int64(0)) { $0 + Int64($1) }
      return Int32(Int64(numbers.bias[channel]) - (folded ? Int64(inputs[0].zeroPoint) * sum : 0))
    }
    var function = CFunction()
    function.constants = [
      CConstant("weights_\(id)", weights, "Weights \(isDepthwise ? "(row, column, channel)" : outFirst)."),
      CConstant(
        "starts_\(id)", starts,
        "From which sums start: the bias" + (folded ? " less what the input's zero point adds." : ".")),
    ]
    addMultipliers(numbers, &function)
    return function
  }

  private var outFirst: String { step.layer.operation.type == "linear" ? "(out, in)" : "(out, row, column, in)" }

  private func addMultipliers(_ numbers: IntegerProgram.ProductNumbers, _ function: inout CFunction) {
    guard rounding != .exact else {
      function.helpers.insert(isWide(numbers) ? .requantizeWide : .requantize)
      function.constants.append(
        CConstant(
          "multipliers_\(id)", numbers.multipliers.map(\.bitPattern),
          "From sums to steps of the output: real numbers by their IEEE 754 bits."))
      return
    }
    function.helpers.insert(rounding == .tfliteDouble ? .requantizeTwice : .requantizeOnce)
    let fixed = (0..<numbers.weight.out).map {
      FixedPointMultiplier(
        input: inputs[0].parameters.scale, weight: numbers.weight.scale($0), output: output.parameters.scale,
        rounding: rounding)
    }
    function.constants += [
      CConstant(
        "multipliers_\(id)", fixed.map(\.multiplier), "From sums to steps of the output, times 2^(31 - shift)."),
      CConstant("shifts_\(id)", fixed.map(\.shift), "The shifts, to the left."),
    ]
  }

  /// Whether a sum may need more than 24 bits.
  private func isWide(_ numbers: IntegerProgram.ProductNumbers) -> Bool { numbers.proof.accumulatorBound >= 1 << 24 }

  private func requantized(_ numbers: IntegerProgram.ProductNumbers, channel: String) -> String {
    let (low, high) = output.stored(numbers.clamp)
    let limits = "\(output.zeroPoint), \(low), \(high)"
    let multiplier = "multipliers_\(id)[\(channel)]"
    return switch rounding {
    case .exact: "requantize\(isWide(numbers) ? "_wide" : "")(sum, \(multiplier), \(limits))"
    case .tfliteDouble: "requantize_twice(sum, \(multiplier), shifts_\(id)[\(channel)], \(limits))"
    case .tfliteSingle: "requantize_once(sum, \(multiplier), shifts_\(id)[\(channel)], \(limits))"
    }
  }
}
