import Networks
import ONNXFormat

// Windows that slide over an image: what the attributes of convolutions and pools say of them.
extension ONNXReader {
  /// The window of a convolution or a pool.
  /// - Parameter kernel: its size where the weight says it; the attribute's otherwise.
  func window(_ node: ONNXNode, over image: ImageShape, kernel: Pair? = nil) throws(ONNXImportError) -> Window {
    func pair(_ attribute: String) throws(ONNXImportError) -> Pair? {
      try node.numbers(attribute, count: 2, within: 1...ONNXNode.largestNumber).map { Pair($0[0], $0[1]) }
    }
    let named = try pair("kernel_shape")
    guard let kernel = kernel ?? named else { throw node.error("an attribute 'kernel_shape'", found: "none") }
    guard named ?? kernel == kernel else {
      throw node.error(
        "kernel_shape [\(kernel.height), \(kernel.width)], as its weight is",
        found: "[\(named?.height ?? 0), \(named?.width ?? 0)]")
    }
    var window = Window(
      kernel: kernel, stride: try pair("strides") ?? 1, dilation: try pair("dilations") ?? 1,
      ceil: try node.flag("ceil_mode"))
    window.padding = try padding(of: window, in: node, over: image)
    return window
  }

  private func padding(
    of window: Window, in node: ONNXNode, over image: ImageShape
  ) throws(ONNXImportError) -> Padding {
    let mode = try node.word("auto_pad", default: "NOTSET")
    switch mode {
    case "VALID": return 0
    case "NOTSET":
      guard let pads = try node.numbers("pads", count: 4) else { return 0 }
      return Padding(top: pads[0], left: pads[1], bottom: pads[2], right: pads[3])
    case "SAME_UPPER", "SAME_LOWER":
      let isUpper = mode == "SAME_UPPER"
      let (top, bottom) = Self.same(image.height, window.extent.height, window.stride.height, isUpper: isUpper)
      let (left, right) = Self.same(image.width, window.extent.width, window.stride.width, isUpper: isUpper)
      return Padding(top: top, left: left, bottom: bottom, right: right)
    default: throw node.error("auto_pad NOTSET, VALID, SAME_UPPER or SAME_LOWER", found: "'\(mode.prefix(20))'")
    }
  }

  /// As much around a side as gives it one window for each stride; the odd one goes behind it for `isUpper`.
  private static func same(_ size: Int, _ extent: Int, _ stride: Int, isUpper: Bool) -> (before: Int, after: Int) {
    let count = (size + stride - 1) / stride
    let all = max(0, (count - 1) * stride + extent - size)
    return isUpper ? (all / 2, all - all / 2) : (all - all / 2, all / 2)
  }

  /// The largest of each window.
  mutating func maxPool(_ node: ONNXNode) throws -> ONNXFlow {
    let window = try plainWindow(node)
    return try layer(
      .maxPool2d(
        MaxPool2d(kernel: window.kernel, stride: window.stride, padding: window.padding, ceil: window.ceil)), of: node)
  }

  /// The mean of each window.
  mutating func averagePool(_ node: ONNXNode) throws -> ONNXFlow {
    let window = try plainWindow(node)
    // Without padding there is none to count.
    let counts = try node.flag("count_include_pad") || window.padding == 0
    return try layer(
      .averagePool2d(
        AveragePool2d(
          kernel: window.kernel, stride: window.stride, padding: window.padding, ceil: window.ceil,
          countIncludePad: counts)), of: node)
  }

  private mutating func plainWindow(_ node: ONNXNode) throws -> Window {
    let window = try window(node, over: try image(node))
    guard window.dilation == 1 else {
      throw node.error("dilations [1, 1]", found: "[\(window.dilation.height), \(window.dilation.width)]")
    }
    return window
  }

  /// The mean or the largest of each channel.
  mutating func globalPool(_ node: ONNXNode, isMean: Bool) throws -> ONNXFlow {
    let image = try image(node)
    return try layer(
      isMean ? .averagePool2d(AveragePool2d()) : .maxPool2d(MaxPool2d(kernel: Pair(image.height, image.width))),
      of: node)
  }

  /// The mean or the largest over rows and columns; without the sides that it leaves, as a vector.
  mutating func reduce(_ node: ONNXNode, isMean: Bool) throws -> ONNXFlow {
    let axes = try axes(node) ?? []
    guard axes.count == 2, Set(axes.map { $0 < 0 ? $0 + 4 : $0 }) == [2, 3] else {
      throw node.error("axes of rows and columns, [2, 3]", found: "\(axes.prefix(8))")
    }
    let pooled = try globalPool(node, isMean: isMean)
    guard case .value(let value) = pooled, try !node.flag("keepdims", default: true) else { return pooled }
    return try view(value, as: [value.shape.image.channels], node)
  }
}
