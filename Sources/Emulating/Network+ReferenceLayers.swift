import Networks

extension Network {
  /// `layers.h` of the harness: the shapes of the network's products, and the most that one of them reads, multiplies by
  /// and writes.
  var referenceLayers: String {
    get throws {
      let (entering, leaving) = (try inputShapes().map(\.image), try shapes().dropFirst().map(\.image))
      let products = zip(layers, zip(entering, leaving)).compactMap { layer, images in
        ReferenceLayer(layer.operation, from: images.0, to: images.1)
      }
      let rows = products.map { "    {\($0.numbers.map(String.init).joined(separator: ", "))}," }
      func most(_ count: (ReferenceLayer) -> Int) -> Int { products.map(count).max() ?? 1 }
      return """
        static const reference_layer reference_layers[] = {
        \(rows.joined(separator: "\n"))
        };
        #define REFERENCE_INPUT \(most(\.input.count))
        #define REFERENCE_WEIGHT \(most(\.weightCount))
        #define REFERENCE_OUT \(most(\.output.channels))
        #define REFERENCE_OUTPUT \(most(\.output.count))

        """
    }
  }
}

/// A product as the harness's plain loops see it.
private struct ReferenceLayer {
  let input: ImageShape
  let output: ImageShape
  let conv: Conv2d

  /// Nil for what is no product.
  init?(_ operation: Operation, from input: ImageShape, to output: ImageShape) {
    switch operation {
    case .conv2d(let conv): (self.input, self.conv) = (input, conv)
    case .linear(let linear):
      self.input = ImageShape(channels: input.count, height: 1, width: 1)
      conv = Conv2d(out: linear.out, kernel: 1)
    default: return nil
    }
    self.output = output
  }

  /// Weights.
  var weightCount: Int { conv.out * input.channels / conv.groups * conv.kernel.height * conv.kernel.width }

  /// In the order of `reference_layer`.
  var numbers: [Int] {
    [
      input.height, input.width, input.channels, output.height, output.width, output.channels, conv.kernel.height,
      conv.kernel.width, conv.stride.height, conv.stride.width, conv.padding.top, conv.padding.left,
      conv.dilation.height, conv.dilation.width, conv.groups, input.channels / conv.groups,
    ]
  }
}
