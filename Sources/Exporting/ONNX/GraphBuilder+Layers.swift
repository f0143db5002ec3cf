import Networks
import ONNXFormat

extension GraphBuilder {
  /// A layer at work on real numbers.
  struct RealLayer {
    /// The layer.
    let layer: Layer
    /// The shape of the first value that enters.
    let entering: ActivationShape
    /// The shape of what leaves.
    let leaving: ActivationShape
    /// A product's weight and, where it has one, its bias, as values of the graph.
    var weights: [String] = []
    /// A normalization's parameters by their names within the layer.
    var parameter: (String) -> [Float] = { _ in [] }
  }

  /// Adds a layer that computes with real numbers.
  /// - Returns: what leaves it: `name`, or, of a layer that does nothing here, what entered.
  mutating func append(_ real: RealLayer, _ inputs: [String], as name: String) -> String {
    let layer = real.layer.name
    switch real.layer.operation {
    case .conv2d(let conv): convolution(real, conv, inputs[0], as: name)
    case .linear(let linear):
      rectified(linear.relu, layer, name) {
        $0.node("Gemm", [inputs[0]] + real.weights, to: $1, [.init("transB", .int(1))])
      }
    case .batchNorm2d(let norm): normalization(real, norm, inputs[0], as: name)
    case .batchNorm1d(let norm): normalization(real, norm, inputs[0], as: name)
    case .relu: node("Relu", inputs, to: name)
    case .relu6:
      node("Clip", [inputs[0], constant("\(layer).least", 0), constant("\(layer).greatest", 6)], to: name)
    case .leakyReLU(let relu): node("LeakyRelu", inputs, to: name, [.init("alpha", .float(relu.slope))])
    case .hardSwish: hardSwish(layer, inputs[0], as: name)
    case .sigmoid: node("Sigmoid", inputs, to: name)
    case .maxPool2d(let pool):
      node("MaxPool", inputs, to: name, pool.window.attributes(over: real.entering.image, to: real.leaving.image))
    case .averagePool2d(let pool): averagePool(real, pool, inputs[0], as: name)
    case .add(let add): rectified(add.relu, layer, name) { $0.node("Add", inputs, to: $1) }
    case .concat: node("Concat", inputs, to: name, [.init("axis", .int(1))])
    case .flatten:
      guard !real.entering.isFlat else { return inputs[0] }
      node("Flatten", inputs, to: name, [.init("axis", .int(1))])
    // A softmax is an output of the graph: see `outputProbabilities(of:_:)`.
    case .dropout, .softmax: return inputs[0]
    }
    return name
  }

  /// Calls `body` to make a value of the given name, and takes its positive part where a ReLU is fused.
  private mutating func rectified(
    _ relu: Bool, _ layer: String, _ name: String, _ body: (_ builder: inout GraphBuilder, _ name: String) -> Void
  ) {
    guard relu else { return body(&self, name) }
    let sum = fresh("\(layer).sum")
    body(&self, sum)
    node("Relu", [sum], to: name)
  }

  private mutating func convolution(_ real: RealLayer, _ conv: Conv2d, _ input: String, as name: String) {
    let attributes =
      conv.window.attributes(over: real.entering.image, to: real.leaving.image)
      + (conv.groups == 1 ? [] : [.init("group", .int(conv.groups))])
    rectified(conv.relu, real.layer.name, name) { $0.node("Conv", [input] + real.weights, to: $1, attributes) }
  }

  private mutating func normalization(_ real: RealLayer, _ norm: any Normalization, _ input: String, as name: String) {
    let layer = real.layer.name
    let parameters = ["weight", "bias", "running_mean", "running_var"].map { part in
      let values = real.parameter(part)
      return constant("\(layer).\(part)", [values.count], .f32(values))
    }
    rectified(norm.relu, layer, name) {
      $0.node("BatchNormalization", [input] + parameters, to: $1, [.init("epsilon", .float(norm.epsilon))])
    }
  }

  /// x * min(max(x + 3, 0), 6) / 6, in that order: the standard's HardSwish rounds otherwise, and needs a later set.
  private mutating func hardSwish(_ layer: String, _ input: String, as name: String) {
    let (zero, three, six) = (
      constant("\(layer).zero", 0), constant("\(layer).three", 3), constant("\(layer).six", 6)
    )
    let shifted = inner("Add", [input, three], "\(layer).shifted")
    let gate = inner("Clip", [shifted, zero, six], "\(layer).gate")
    let product = inner("Mul", [input, gate], "\(layer).product")
    node("Div", [product, six], to: name)
  }

  /// Of padding, that which the layer names may count; that which a last, incomplete window needs never does.
  private mutating func averagePool(_ real: RealLayer, _ pool: AveragePool2d, _ input: String, as name: String) {
    guard pool.kernel != nil else {
      node("GlobalAveragePool", [input], to: name)
      return
    }
    var (window, image, input) = (pool.window(over: real.entering.image), real.entering.image, input)
    if pool.countIncludePad, window.padding != 0 {
      let pads = window.padding
      let sides = constant(
        "\(real.layer.name).pads", [8],
        .s64([0, 0, pads.top, pads.left, 0, 0, pads.bottom, pads.right].map { Int64($0) }))
      input = inner("Pad", [input, sides], "\(real.layer.name).padded")
      image.height += pads.top + pads.bottom
      image.width += pads.left + pads.right
      window.padding = 0
    }
    node("AveragePool", [input], to: name, window.attributes(over: image, to: real.leaving.image))
  }
}
