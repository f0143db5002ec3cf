import Catalog
import Findings
import FindingsSupport
import Foundation
import Gate
import Testing

@Suite struct BaselineTests {
  /// A catalog with an evaluation of scheme `s`, of an int8 checkpoint that a conversion wrote.
  private func shelf(metrics: [Catalog.Metric] = .sample) throws -> Shelf {
    let shelf = try Shelf()
    try shelf.run("fuse", scheme: nil, outputs: [.file("f", "fuse.safetensors")])
    try shelf.run("convert", outputs: [.file("c", "convert.safetensors")])
    try shelf.run(
      "evaluate", inputs: [.file("f", "fuse.safetensors"), .file("c", "convert.safetensors"), .file("d", "data")],
      results: .init(metrics: metrics))
    return shelf
  }

  // Would catch the float checkpoint's digest, a fraction in place of a count, and an order that a dictionary gives.
  @Test func itIsWrittenToTheLastByte() throws {
    let shelf = try shelf()
    var baseline = try Baseline(pipeline: "digits", schemes: ["s", "s"], catalog: shelf.catalog)
    baseline.schemes["no"] = baseline.schemes["s"]
    let entry = """
          dataset: "mnist"
          images: 10000
          float32_correct: 9900
          int8_correct: 9800
          float32_bytes: 1000
          int8_bytes: 251
          size_ratio: 0.251
          speed_ratio: 2.5
          int8_sha256: "\(String(repeating: "c", count: 64))"
      """
    let content = try baseline.yaml().split(separator: "\n").filter { !$0.hasPrefix("#") }.joined(separator: "\n")
    #expect(content == "pipeline: \"digits\"\nschemes:\n  \"no\":\n\(entry)\n  \"s\":\n\(entry)")
    #expect(try baseline.yaml().hasPrefix("# What `make check` holds the newest evaluations against"))
  }

  @Test func anEvaluationOfAnUnknownCheckpointIsRefused() throws {
    let shelf = try shelf()
    let run = try shelf.run("evaluate", inputs: [.file("e", "convert.safetensors")], results: .init(metrics: .sample))
    #expect(throws: FindingsError.unknownConversion(run: run)) {
      try Baseline(pipeline: "digits", schemes: ["s"], catalog: shelf.catalog)
    }
    #expect(
      "\(FindingsError.unknownConversion(run: 3))"
        == "run 3: the catalog has no succeeded convert or import-quantized that wrote its int8 checkpoint; make it and "
        + "evaluate again")
  }

  @Test func anImportedCheckpointIsFoundToo() throws {
    let shelf = try Shelf()
    try shelf.run("fuse", scheme: nil, outputs: [.file("f", "fuse.safetensors")])
    try shelf.run("import-quantized", scheme: nil, outputs: [.file("a", "brought.safetensors")])
    try shelf.run(
      "evaluate", inputs: [.file("f", "fuse.safetensors"), .file("a", "brought.safetensors"), .file("d", "data")],
      results: .init(metrics: .sample))
    let baseline = try Baseline(pipeline: "digits", schemes: ["s"], catalog: shelf.catalog)
    #expect(baseline.schemes["s"]?.int8SHA256 == String(repeating: "a", count: 64))
  }

  // Would catch a crash on what is not a number, and an accuracy that is rounded to some count of images.
  @Test(arguments: [
    (1, Catalog.Metric.accuracy(.int8, .nan), "accuracy of int8 nan"),
    (1, .accuracy(.int8, 0.98005), "accuracy of int8 0.98005"), (2, .fileBytes(.float32, 0), "float32_bytes"),
    (4, .init("images", value: .nan, unit: "images"), "accuracy of float32"),
    (6, .imagesPerSecond(.int8, .infinity), "speed_ratio"), (6, .imagesPerSecond(.int8, 0), "speed_ratio"),
  ])
  func figuresThatNoBaselineCanHoldAreRefused(_ place: Int, _ metric: Catalog.Metric, _ words: String) throws {
    var metrics: [Catalog.Metric] = .sample
    metrics[place] = metric
    let shelf = try shelf(metrics: metrics)
    let error = #expect(throws: FindingsError.self) {
      try Baseline(pipeline: "digits", schemes: ["s"], catalog: shelf.catalog)
    }
    #expect("\(try #require(error))".hasPrefix("run 3: no baseline can be made of "))
    if place != 4 { #expect("\(try #require(error))".contains(words)) }
  }

  @Test(arguments: [
    (#""images":10000"#, #""images":0"#, "expected at least 1, found 0"),
    (#""int8_correct":9895"#, #""int8_correct":10001"#, "expected 0...10000, found 10001"),
    (#""float32_correct":9900"#, #""float32_correct":-1"#, "expected 0...10000, found -1"),
    (#""float32_bytes":1000"#, #""float32_bytes":0"#, "expected at least 1, found 0"),
    (#""int8_bytes":250"#, #""int8_bytes":-250"#, "expected at least 1, found -250"),
    (#""size_ratio":0.25"#, #""size_ratio":0.5"#, "expected 0.25, as the bytes have it, found 0.5"),
    (#""speed_ratio":2.5"#, #""speed_ratio":0"#, "expected a number above 0, found 0.0"),
    (#""int8_sha256":"a"#, #""int8_sha256":"g"#, "expected 64 lower-case hexadecimal digits, found 'g"),
  ])
  func figuresThatCannotBeAreRefused(_ old: String, _ new: String, _ reason: String) throws {
    let text = String(decoding: try JSONEncoder().encode(Baseline.sample), as: UTF8.self)
    #expect(try JSONDecoder().decode(Baseline.self, from: Data(text.utf8)) == .sample)
    try #require(text.contains(old))
    let damaged = text.replacingOccurrences(of: old, with: new)
    let error = #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(Baseline.self, from: Data(damaged.utf8))
    }
    guard case .dataCorrupted(let context) = try #require(error) else {
      Issue.record("another error")
      return
    }
    #expect(context.debugDescription.hasPrefix(reason))
  }
}
