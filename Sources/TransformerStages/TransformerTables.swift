import StageKit
import Tables
import Transformer
import TransformerEvaluation
import TransformerPasses

extension Table {
  /// A network's sizes.
  package static func sizes(of configuration: TransformerConfiguration, bytes: Int) -> Table {
    let figures: [(String, Int)] = [
      ("layers", configuration.layers), ("hidden size", configuration.hiddenSize),
      ("intermediate size", configuration.intermediateSize), ("heads", configuration.heads),
      ("key-value heads", configuration.keyValueHeads), ("vocabulary", configuration.vocabularySize),
      ("context", configuration.contextLength),
      ("weights", TransformerTensor.all(configuration).reduce(0) { $0 + $1.shape(configuration).count }),
      ("bytes", bytes),
    ]
    return listing("the network", columns: [.text("Size"), .number("Value")], of: figures) {
      [$0.0, Format.integer($0.1)]
    }
  }

  /// What conversion made of each kind of matrix: the range of its scales, and what its sums can reach.
  package static func matrices(_ matrices: [ConvertTransformer.Matrix]) -> Table {
    listing(
      "matrices; sums may reach \(Format.integer(Int32.max))",
      columns: [.code("Tensor"), .number("Rows"), .number("Least scale"), .number("Largest scale"), .number("Sums")],
      of: matrices
    ) { matrix in
      [
        matrix.tensor.name, Format.integer(matrix.rows), Format.rounded(matrix.least),
        Format.rounded(matrix.largest), Format.integer(matrix.accumulatorBound),
      ]
    }
  }

  /// Float32 beside int8: the figures of a text, each with what chance may have moved it by.
  package static func evaluation(_ evaluation: TransformerEvaluation, speeds: [GenerationSpeed]) -> Table {
    let comparison = evaluation.comparison
    func row(_ name: String, _ estimate: Estimate, places: Int, factor: Double = 1, unit: String = "") -> [String] {
      [
        name,
        Format.decimal(estimate.value * factor, places: places) + unit,
        "± " + Format.decimal(estimate.error * factor, places: places) + unit,
      ]
    }
    var rows = [
      row("perplexity, float32", comparison.firstPerplexity, places: 4),
      row("perplexity, int8", comparison.secondPerplexity, places: 4),
      row("int8 over float32", comparison.perplexityRatio, places: 5),
      row("KL divergence", comparison.divergence, places: 6, unit: " nats"),
      row("same first choice", comparison.sameChoice, places: 2, factor: 100, unit: " %"),
      row("probability, root mean square change", comparison.probabilityChange, places: 3, factor: 100, unit: " %"),
      ["file, float32", Format.bytes(Int64(evaluation.floatBytes)), ""],
      [
        "file, int8", Format.bytes(Int64(evaluation.int8Bytes)),
        Format.decimal(evaluation.sizeRatio, places: 3) + " of it",
      ],
    ]
    for (name, speed) in zip(["float32", "int8"], speeds) {
      rows.append(["prompt of \(speed.prompt), \(name)", Format.rate(speed.promptRate) + " tokens/s", ""])
      rows.append(["\(speed.following) after it, \(name)", Format.rate(speed.followingRate) + " tokens/s", ""])
    }
    return listing(
      "\(Format.integer(comparison.predictions)) predictions of \(evaluation.text), ± standard error",
      columns: [.text("Figure"), .number("Value"), .number("Chance")], of: rows
    ) { $0 }
  }
}
