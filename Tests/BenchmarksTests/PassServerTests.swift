import Benchmarks
import Classifying
import Evaluation
import Kernels
import Layers
import TestSupport
import Testing

@Suite struct PassServerTests {
  @Test func passesAreTimedAndKept() throws {
    let server = try PassServer(Sample.models(), compute: Compute(.best))
    for _ in 0..<3 {
      for request in ["time int8 4 2", "time float32 1 5"] {
        let seconds = try #require(Double(server.answer(request)))
        #expect(seconds > 0)
      }
    }
    let rows = server.report.rows
    #expect(rows.map { "\($0.name) \($0.batch) \($0.images) \($0.timing.passes)" } == ["int8 4 8 3", "float32 1 5 3"])
    for row in rows { #expect(abs(row.rate * row.timing.median - Double(row.images)) < 1e-9) }
  }

  @Test func accuracyIsThatOfTheTestSet() throws {
    let (models, compute) = (try Sample.models(), try Compute(.best))
    let engine = try FloatEngine(models.float, capacity: 5, convolution: .winograd, compute: compute)
    let expected = Classification(of: models.images, by: engine).accuracy
    #expect(try PassServer(models, compute: compute).answer("accuracy float32") == "\(expected)")
  }

  @Test(arguments: [
    "", "time", "time int8", "time int8 4", "time int8 0 1", "time int8 4 0", "time int8 4 1 1", "time int9 4 1",
    "time int8 four 1", "accuracy", "accuracy int8 4", "quit int8",
  ])
  func anythingElseIsRefused(_ request: String) throws {
    let server = try PassServer(Sample.models(), compute: Compute(.best))
    #expect(
      line { _ = try server.answer(request) }
        == "expected 'time MODEL BATCH CALLS' or 'accuracy MODEL', MODEL float32 or int8; found '\(request)'")
    #expect(server.report.rows.isEmpty)
  }
}
