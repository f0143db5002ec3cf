import Evaluation

extension ModelDifference: Encodable {
  /// The keys, for a program's help.
  public static let help = """
    --json prints first and second (path, kind, sha256), dataset, images, first_difference, unmatched_layers, and layers, \
    each with layer, sqnr_db, largest_difference, mean_difference, integers (compared, real_numbers or other_scales) and \
    differing_integers_fraction. What is not known or infinite is null; sqnr_db is where nothing differs.
    """

  enum CodingKeys: String, CodingKey {
    case first, second, dataset, images, layers
    case firstDifference = "first_difference"
    case unmatched = "unmatched_layers"
  }

  /// Keys are stable: one may be added, none changes its meaning.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(Model(first), forKey: .first)
    try container.encode(Model(second), forKey: .second)
    try container.encode(dataset, forKey: .dataset)
    try container.encode(images, forKey: .images)
    try container.encode(firstDifference, forKey: .firstDifference)
    try container.encode(unmatched, forKey: .unmatched)
    try container.encode(layers.map(Row.init), forKey: .layers)
  }

  private struct Model: Encodable {
    let path: String
    let kind: String
    let sha256: String

    init(_ model: AskedModel) { (path, kind, sha256) = (model.path, model.kind, model.sha256) }
  }

  private struct Row: Encodable {
    let difference: LayerDifference

    enum CodingKeys: String, CodingKey {
      case layer, integers
      case sqnr = "sqnr_db"
      case largest = "largest_difference"
      case mean = "mean_difference"
      case share = "differing_integers_fraction"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      let error = difference.error
      try container.encode(error.layer, forKey: .layer)
      for (key, figure) in [(CodingKeys.sqnr, error.sqnr), (.largest, error.maxError), (.mean, error.meanError)] {
        try container.encode(figure.isFinite ? figure : nil, forKey: key)
      }
      let word =
        switch difference.integers {
        case .compared: "compared"
        case .realNumbers: "real_numbers"
        case .otherScales: "other_scales"
        }
      try container.encode(word, forKey: .integers)
      try container.encode(difference.integers.share, forKey: .share)
    }
  }
}
