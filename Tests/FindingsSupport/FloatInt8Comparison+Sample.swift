import Evaluation

extension FloatInt8Comparison {
  /// A comparison as a metrics.json holds it.
  package static func sample(dataset: String = "mnist") throws -> FloatInt8Comparison {
    let spread = #"{"clipped": 0.25, "values": {"low": -1, "high": 2, "counts": [3, 1]}}"#
    let weight = #"{"clipped": 0, "values": {"low": -0.5, "high": 0.5, "counts": [1, 2]}}"#
    let work = #"{"integerProducts": 10, "floatProducts": 2, "weightBytes": 100, "activationBytes": 40}"#
    let text = """
      {"agreement": 0.75, "dataset": "\(dataset)", "images": 4,
       "network": {"name": "N", "input": {"channels": 1, "height": 4, "width": 4},
         "layers": [{"name": "conv1", "type": "conv2d", "out": 2, "kernel": 3, "relu": true}]},
       "calibration": {"batches": 1, "batch_size": 2, "order": "file", "seed": 0},
       "float32": {"accuracy": 0.75, "bytes": 400, "confusion": [[2, 1], [0, 1]],
         "tensorBytes": {"conv1.weight": 72, "conv1.bias": 8}, "work": \(work)},
       "int8": {"accuracy": 0.5, "bytes": 100, "confusion": [[1, 2], [0, 1]],
         "tensorBytes": {"conv1.weight": 18, "conv1.bias": 8, "conv1.scale": 4}, "work": \(work)},
       "disagreements": [
         {"image": 2, "label": 0, "float32": [{"class": 0, "probability": 0.75}],
          "int8": [{"class": 1, "probability": 0.5}, {"class": 0, "probability": 0.25}]}],
       "layers": [
         {"name": "quant", "kind": "input", "sqnr": "inf", "meanError": 0, "maxError": 0, "output": {}},
         {"name": "conv1", "kind": "conv2d", "sqnr": 31.5, "meanError": -0.125, "maxError": 0.5, "output": \(spread),
          "weight": \(weight), "weightSQNR": 42, "accumulatorBound": 5000, "pairBound": 900, "path": "pairwise"}]}
      """
    return try FloatInt8Comparison(json: Array(text.utf8))
  }
}
