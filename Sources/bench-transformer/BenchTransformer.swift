import ArgumentParser
import Catalog
import StageKit
import TransformerBenchmarks
import TransformerPasses
import TransformerStages

@main
struct BenchTransformer: Stage {
  static let stage = "bench-transformer"
  static let configuration = CommandConfiguration(
    commandName: stage,
    abstract: "Verifies a language model against the scalar reference, then times prompts and generation.",
    discussion: """
      --input: a checkpoint of convert-transformer or import-transformer. --output: bench.json, whose figures go to the \
      catalog and, as a table, to stdout. It reads no --config. What tokens are read is of no interest: no tokenizer is \
      needed.
      """)

  @OptionGroup var options: StageOptions
  @Option(help: "Timed passes of each piece of work, an odd number.") var passes = 7
  @Flag(help: "Time only what is asked for: lines 'prompt N' or 'generate N' on stdin.") var serve = false

  func validate() throws {
    guard passes > 0, passes % 2 == 1 else {
      throw ValidationError("--passes: expected an odd number, found \(passes)")
    }
  }

  func work(_ run: StageRun) throws -> StageResults {
    _ = try run.configs()
    let (input, compute) = (try run.inputs("checkpoint of a language model")[0], try run.settings.compute())
    let model = try input.transformer()
    let weights = try input.naming { try model.weights() }
    let benchmark = TransformerBenchmark(weights, cost: model.tokenCost, compute: compute, passes: passes)
    run.say("verifying logits against the scalar reference")
    try benchmark.verify(weights)
    if serve { while let line = readLine() { try StandardOutput.writeLine(benchmark.answer(line)) } }
    let first = { try FirstToken.make(from: input.path, compute: compute) }
    let rows = serve ? [] : try benchmark.run(firstToken: first, say: run.say)
    let report = TransformerBenchmarkReport(
      instructionSet: compute.kernels.instructionSet.rawValue, threads: compute.pool.threads, cost: model.tokenCost,
      rows: rows)
    let title = [options.pipeline, options.scheme].compactMap(\.self).joined(separator: " ")
    return StageResults(
      outputs: [.init(path: options.output, bytes: try report.json(), kind: "benchmark")], record: report.record,
      summary: serve ? nil : report.table(title: title).plain())
  }
}
