import Catalog
import Evaluation
import Findings
import FindingsSupport
import Testing

@Suite struct CatalogRowsTests {
  @Test func everyFigureBecomesARow() throws {
    let metrics = try FloatInt8Comparison.sample().metrics
    let whole: [Catalog.Metric] = [
      .accuracy(.float32, 0.75), .accuracy(.int8, 0.5), .fileBytes(.float32, 400), .fileBytes(.int8, 100),
      .agreement(0.75), .init("images", value: 4, unit: "images"),
      .init("only_float32_right", value: 1, unit: "images"), .init("only_int8_right", value: 0, unit: "images"),
      .init("mcnemar_p", value: 1, unit: ""),
    ]
    #expect(Array(metrics[..<9]) == whole)
    #expect(
      metrics[9...].map { "\($0.layer) \($0.name) \($0.value) \($0.unit)" } == [
        "quant sqnr inf dB", "quant mean_error 0.0 ", "quant max_error 0.0 ", "conv1 sqnr 31.5 dB",
        "conv1 mean_error -0.125 ", "conv1 max_error 0.5 ",
        "conv1 clipped 0.25 fraction", "conv1 weight_sqnr 42.0 dB", "conv1 weight_clipped 0.0 fraction",
      ])
    #expect(metrics[9...].allSatisfy { $0.model == .int8 })
  }

  // Would catch rows and columns exchanged, and empty cells left out.
  @Test func everyCellBecomesARow() throws {
    let rows = try FloatInt8Comparison.sample().confusionRows
    #expect(rows.map(\.count) == [2, 1, 0, 1, 1, 2, 0, 1])
    #expect(rows[1] == Catalog.Confusion(model: .float32, actual: 0, predicted: 1, count: 1))
    #expect(rows[6] == Catalog.Confusion(model: .int8, actual: 1, predicted: 0, count: 0))
  }

  // Would catch a row for each of very many pairs that never were.
  @Test func ofManyOutputsOnlyWhatOccurredIsARow() throws {
    var matrix = [[Int]](repeating: [Int](repeating: 0, count: 300), count: 2)
    (matrix[0][299], matrix[1][1]) = (3, 1)
    let text = String(decoding: try FloatInt8Comparison.sample().json(), as: UTF8.self)
      .replacing(/"confusion" : \[[^"]*\],/, with: "\"confusion\" : \(matrix),")
    let rows = try FloatInt8Comparison(json: Array(text.utf8)).confusionRows
    #expect(rows.map { [$0.actual, $0.predicted, $0.count] } == [[0, 299, 3], [1, 1, 1], [0, 299, 3], [1, 1, 1]])
  }

  // The catalog must take what an evaluation brings, an infinite ratio included.
  @Test func theCatalogTakesEveryRow() throws {
    let shelf = try Shelf()
    let comparison = try FloatInt8Comparison.sample()
    let run = try shelf.run(
      "evaluate", results: .init(metrics: comparison.metrics, confusion: comparison.confusionRows))
    #expect(try Set(shelf.catalog.metrics(of: run)) == Set(comparison.metrics))
    #expect(try Set(shelf.catalog.confusion(of: run)) == Set(comparison.confusionRows))
  }
}
