import Evaluation

extension Comparison {
  /// A comparison as a metrics.json holds it.
  static func sample(dataset: String = "mnist") throws -> Comparison {
    let text = """
      {"agreement": 0.75, "dataset": "\(dataset)", "images": 4, "network": ["conv1: conv2d 3x3: 1x4x4 -> 2x2x2"],
       "float32": {"accuracy": 0.75, "bytes": 400, "confusion": [[2, 1], [0, 1]]},
       "int8": {"accuracy": 0.5, "bytes": 100, "confusion": [[1, 2], [0, 1]]},
       "layers": [
         {"name": "quant", "kind": "input", "sqnr": "inf", "meanError": 0, "maxError": 0},
         {"name": "conv1", "kind": "conv2d", "sqnr": 31.5, "meanError": -0.125, "maxError": 0.5,
          "accumulatorBound": 5000, "pairBound": 900, "path": "pairwise"}]}
      """
    return try Comparison(json: Array(text.utf8))
  }
}
