/// Where a network's activations lie: one layout for the input and one after each layer.
struct Plan {
  /// `layouts[i]` flows into layer i, `layouts[i + 1]` out of it.
  let layouts: [ActivationLayout]

  /// The plan of a network: every activation has the border that its reader's padding asks for and, for training,
  /// the one that its writer's backward pass reads around the gradient, if any. Vectors have none.
  init(_ network: Network, forTraining: Bool = false) throws(NetworkError) {
    let shapes = try network.shapes()
    let layers = network.layers
    layouts = shapes.indices.map { index in
      var border = 0
      let becomesFlat = index < layers.count && layers[index].operation == .flatten
      if !shapes[index].isFlat && !becomesFlat {
        if index < layers.count, case .conv2d(let reader) = layers[index].operation { border = reader.padding }
        if forTraining, index > 0, case .conv2d(let writer) = layers[index - 1].operation, writer.stride == 1 {
          border = max(border, writer.gradientBorder)
        }
      }
      return ActivationLayout(image: shapes[index].image, border: border)
    }
  }
}
