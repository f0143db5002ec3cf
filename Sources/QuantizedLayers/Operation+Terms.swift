import Int8Linear
import Networks

extension Networks.Operation {
  /// How the terms of a product's sums lie in an image of what enters.
  package func termOrder(over input: ImageShape) -> TermOrder {
    if case .conv2d(let conv) = self, conv.isDepthwise(over: input) {
      return .ownChannel(taps: conv.kernel.height * conv.kernel.width)
    }
    return .runs(product?.memoryRows(input: input) ?? [])
  }
}

extension QuantizedWeight {
  /// The weight with zeros between the groups of a grouped convolution, so that every output sums all terms; a depthwise
  /// convolution's as it is.
  package func dense(of operation: Networks.Operation, over input: ImageShape) -> QuantizedWeight {
    guard case .conv2d(let conv) = operation, conv.groups > 1, !conv.isDepthwise(over: input) else { return self }
    let inner = ImageShape(channels: input.channels, height: conv.kernel.height, width: conv.kernel.width)
    return QuantizedWeight(
      integers: GroupedWeight(inner: inner, out: conv.out, groups: conv.groups).dense(integers, filling: 0),
      shape: [conv.out, inner.channels, inner.height, inner.width], scales: scales, range: range)
  }
}
