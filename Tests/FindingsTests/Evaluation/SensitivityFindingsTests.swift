import Catalog
import Evaluation
import Findings
import FindingsSupport
import Kernels
import Layers
import Networks
import QuantizedLayers
import Tables
import TestSupport
import Tensors
import Testing

@Suite("A sensitivity in the catalog")
struct SensitivityFindingsTests {
  @Test("the rows that the view reads, and a row of the table for each layer")
  func rows() throws {
    let network = Network(1, 2, 2, [.flatten, .linear(Linear(out: 2))])
    let images = ImageSet(shape: [1, 2, 2], pixels: [UInt8](repeating: 9, count: 12), labels: [0, 1, 1])
    let sensitivity = try Sensitivity(
      of: ["l1"], float: FloatEngine(FloatModel(random: network), capacity: 3, compute: Compute()), on: images,
      dataset: "mnist"
    ) { _ in
      try QuantizedEngine(QuantizedModel(random: network, profile: .octavo), capacity: 3, compute: Compute())
    }
    let shelf = try Shelf()
    try shelf.run("sensitivity", results: .init(metrics: sensitivity.metrics))
    let layer = sensitivity.layers[0]
    #expect(
      sensitivity.metrics == [
        .accuracy(.float32, sensitivity.float32), .init("images", value: 3, unit: "images"),
        .init("sensitivity_accuracy", model: .int8, layer: "l1", value: layer.accuracy, unit: "fraction"),
        .init("sensitivity_agreement", model: .int8, layer: "l1", value: layer.agreement, unit: "fraction"),
        .init("sensitivity_sqnr", model: .int8, layer: "l1", value: layer.sqnr, unit: "dB"),
      ])
    #expect(sensitivity.table.rows.map { $0[0].text } == ["l1"])
    #expect(sensitivity.table.rows[0][1].text == Format.percent(layer.accuracy))
    #expect(sensitivity.table.caption == "3 images of mnist; float32 \(Format.percent(sensitivity.float32))")
  }
}
