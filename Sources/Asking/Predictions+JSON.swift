extension Predictions: Encodable {
  /// The keys, for a program's help.
  public static let help = """
    --json prints models (path, kind, network, sha256) and images, each with path, sha256, same_class and predictions, \
    one for each model: class, probabilities and scores, class by class. What is NaN or infinite is null.
    """

  enum CodingKeys: String, CodingKey { case models, images }

  /// Keys are stable: one may be added, none changes its meaning.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(
      models.map { Model(path: $0.path, kind: $0.kind, network: $0.network.name, sha256: $0.sha256) }, forKey: .models)
    let images = pictures.indices.map { index in
      Picture(
        path: pictures[index].path, sha256: pictures[index].sha256, isSameClass: agree(on: index),
        predictions: said.map { Answer($0[index]) })
    }
    try container.encode(images, forKey: .images)
  }

  private struct Model: Encodable {
    let path: String
    let kind: String
    let network: String
    let sha256: String
  }

  private struct Picture: Encodable {
    let path: String
    let sha256: String
    let isSameClass: Bool
    let predictions: [Answer]

    enum CodingKeys: String, CodingKey {
      case path, sha256, predictions
      case isSameClass = "same_class"
    }
  }

  private struct Answer: Encodable {
    let label: Int
    let probabilities: [Double?]
    let scores: [Float?]

    enum CodingKeys: String, CodingKey {
      case probabilities, scores
      case label = "class"
    }

    init(_ prediction: Prediction) {
      label = prediction.label
      probabilities = prediction.probabilities.map { $0.isFinite ? $0 : nil }
      scores = prediction.scores.map { $0.isFinite ? $0 : nil }
    }
  }
}
