import Networks
import ONNXFormat

/// A float model in ONNX's operations.
struct FloatGraph {
  private let model: FloatModel
  private let shapes: [ActivationShape]
  private let sources: [[Int]]
  private var builder: GraphBuilder
  private var names: [String]

  init(_ model: FloatModel) throws {
    self.model = model
    (shapes, sources) = (try model.network.shapes(), try model.network.sources())
    var builder = GraphBuilder(model.network)
    // A softmax at the end is named when it becomes an output.
    names = model.network.layers.map { $0.operation == .softmax ? "" : builder.fresh($0.name) }
    names.insert(builder.normalizedInput(of: model.network), at: 0)
    self.builder = builder
  }

  /// The whole graph.
  mutating func built() -> GraphBuilder {
    for (index, layer) in model.network.layers.enumerated() {
      let real = GraphBuilder.RealLayer(
        layer: layer, entering: shapes[sources[index][0]], leaving: shapes[index + 1], weights: weights(of: layer),
        parameter: { [model] in model.values("\(layer.name).\($0)") })
      names[index + 1] = builder.append(real, sources[index].map { names[$0] }, as: names[index + 1])
    }
    let scores = shapes[shapes.count - 1]
    builder.output(names[names.count - 1], as: GraphBuilder.Name.scores, .f32, scores)
    builder.outputProbabilities(of: model.network, scores)
    return builder
  }

  /// A product's weight and bias, as the file holds them.
  private mutating func weights(of layer: Layer) -> [String] {
    guard let product = layer.operation.product else { return [] }
    return ["weight", "bias"].prefix(product.bias ? 2 : 1).map { part in
      let name = "\(layer.name).\(part)"
      return builder.constant(name, model.parameters[name]?.shape.dimensions ?? [], .f32(model.values(name)))
    }
  }
}
