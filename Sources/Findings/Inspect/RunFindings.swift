import Catalog
import Foundation
import Tables

/// Everything that the catalog knows of a run.
package struct RunFindings {
  /// The run's row.
  package let run: Catalog.Run
  /// The files it read and wrote.
  package let artifacts: [Catalog.RunArtifact]
  /// How it quantizes, nil when it does not.
  package let scheme: Catalog.QuantizationScheme?
  /// Its scales.
  package let scales: [Catalog.QuantizationParameter]
  /// Its figures.
  package let metrics: [Catalog.Metric]
  /// Its epochs.
  package let epochs: [Catalog.Epoch]
  /// Its confusion counts.
  package let confusion: [Catalog.Confusion]
  /// What it warned of.
  package let warnings: [String]
  /// What it timed.
  package let benchmarks: [Catalog.Benchmark]
  /// What an exported model did on a machine.
  package let emulation: Catalog.Emulation?
  /// Where an int8 language model would choose another token.
  package let greedyFlips: [Catalog.GreedyFlip]
  /// The channels that calibration of a language model found far above the others.
  package let massiveActivations: [Catalog.MassiveActivation]

  /// Asks for all of a run.
  /// - Throws: `FindingsError.unknownRun`, `CatalogError`.
  package init(of id: Int64, in catalog: Catalog) throws {
    guard let run = try catalog.run(id) else { throw FindingsError.unknownRun(id, catalog: catalog.path) }
    self.run = run
    artifacts = try catalog.artifacts(of: id)
    scheme = try catalog.quantizationScheme(of: id)
    scales = try catalog.quantizationParameters(of: id)
    metrics = try catalog.metrics(of: id)
    epochs = try catalog.epochs(of: id)
    confusion = try catalog.confusion(of: id)
    benchmarks = try catalog.benchmarks(of: id)
    emulation = try catalog.emulation(of: id)
    greedyFlips = try catalog.greedyFlips(of: id)
    massiveActivations = try catalog.massiveActivations(of: id)
    warnings = try catalog.warnings(of: id)
  }

  /// All of it as plain text: a table for the run, and one for each kind of thing that it recorded.
  package func plain() -> String {
    let tables = [
      fileTable, schemeTable, metricTable, epochTable, benchmarkTable, emulationTable, massiveTable,
    ].compactMap { $0?.plain() }
    // Beneath the table: a long line in it would make all of it as wide.
    let words = longFacts.compactMap { fact in fact.value.map { PlainText.oneLine("\(fact.name): \($0)") + "\n" } }
    return ([rowTable.plain() + words.joined()] + tables).joined(separator: "\n")
  }

  /// What may be longer than a terminal is wide.
  var longFacts: [(name: String, value: String?)] {
    [("Command", run.command), ("Error", run.error)] + warnings.map { ("Warning", $0) }
  }

  private var rowTable: Table {
    var table = Table("Run \(run.id).", columns: [.text("What"), .text("Value")])
    let tensors = Set(scales.map(\.tensor)).count
    let took = run.seconds.map { Format.decimal($0, places: 3) + " s" }
    let facts: [(String, String?)] = [
      ("stage", run.stage), ("pipeline", run.pipeline), ("scheme", run.scheme), ("status", run.status.rawValue),
      ("started", run.startedAt.formatted(.iso8601)), ("took", took),
      ("dataset", run.dataset), ("seed", run.seed.map { "\($0)" }),
      ("octavo version", run.octavoVersion), ("git commit", run.gitCommit), ("host", run.process.host),
      ("cpu", run.cpu), ("instruction set", run.instructionSet), ("threads", "\(run.threads)"),
      ("peak memory", run.peakMemoryBytes.map(Format.bytes)),
      ("scales", scales.isEmpty ? nil : "\(Format.integer(scales.count)) of \(tensors) tensors"),
      ("confusion counts", confusion.isEmpty ? nil : Format.integer(confusion.count)),
      ("greedy flips", greedyFlips.isEmpty ? nil : Format.integer(greedyFlips.count)),
    ]
    for (name, value) in facts { table.append([name, value ?? Format.missing]) }
    return table
  }

  private var fileTable: Table? {
    guard !artifacts.isEmpty else { return nil }
    var table = Table(
      "Files.", columns: [.text("Role"), .text("Kind"), .number("Bytes"), .code("SHA-256"), .code("Path")])
    for file in artifacts {
      table.append([
        file.role.rawValue, file.artifact.kind, Format.integer(file.artifact.bytes), file.artifact.sha256,
        file.artifact.path,
      ])
    }
    return table
  }

  private var schemeTable: Table? {
    guard let scheme else { return nil }
    var table = Table("How it quantizes.", columns: [.text("What"), .text("Value")])
    for fact in scheme.facts { table.append([fact.key, fact.value ?? Format.missing]) }
    return table
  }

  private var metricTable: Table? {
    guard !metrics.isEmpty else { return nil }
    var table = Table(
      "Figures.", columns: [.text("Layer"), .text("Name"), .text("Model"), .number("Value"), .text("Unit")])
    for metric in metrics {
      table.append([metric.layer, metric.name, metric.model?.rawValue ?? "", Figure.text(metric.value), metric.unit])
    }
    return table
  }

  private var epochTable: Table? {
    guard !epochs.isEmpty else { return nil }
    var table = Table(
      "Epochs.",
      columns: [.number("Epoch"), .number("Loss"), .number("Train"), .number("Test"), .number("Seconds")])
    for epoch in epochs {
      table.append([
        "\(epoch.epoch)", Format.decimal(epoch.loss, places: 6),
        epoch.trainAccuracy.map(Format.percent) ?? Format.missing,
        epoch.testAccuracy.map(Format.percent) ?? Format.missing, Format.decimal(epoch.seconds, places: 1),
      ])
    }
    return table
  }

  private var emulationTable: Table? {
    guard let emulation else { return nil }
    var table = Table("On a machine.", columns: [.text("What"), .text("Value")])
    for fact in emulation.facts { table.append([fact.key, fact.value ?? Format.missing]) }
    return table
  }

  private var massiveTable: Table? {
    guard !massiveActivations.isEmpty else { return nil }
    var table = Table(
      "Massive activations.",
      columns: [.code("Tensor"), .number("Channel"), .number("Largest magnitude"), .number("Median of channels")])
    for row in massiveActivations {
      table.append([row.tensor, "\(row.channel)", Figure.text(row.magnitude), Figure.text(row.median)])
    }
    return table
  }

  private var benchmarkTable: Table? {
    guard !benchmarks.isEmpty else { return nil }
    var table = Table(
      "Timed.",
      columns: [
        .text("Name"), .text("Shape"), .text("Set"), .number("Threads"), .number("Batch"), .number("Images"),
        .number("Milliseconds"), .number("Rate"), .text("Unit"),
      ])
    for row in benchmarks {
      table.append([
        row.name, row.shape, row.instructionSet, "\(row.threads)", "\(row.batch)", "\(row.images)",
        Format.decimal(1000 * row.seconds, places: 4), Format.decimal(row.rate, places: 2), row.unit,
      ])
    }
    return table
  }
}

extension Catalog.Emulation {
  /// The columns of the row, by their names in the catalog.
  var facts: [(key: String, value: String?)] {
    func count(_ number: Double?) -> String? { number.map { Format.integer(Int($0)) } }
    return [
      ("machine", machine), ("processor", processor), ("images", Format.integer(images)),
      ("scores", Format.integer(scores)), ("differing_scores", Format.integer(differingScores)),
      ("other_class", Format.integer(otherClass)), ("flash_bytes", Format.integer(flashBytes)),
      ("ram_bytes", Format.integer(ramBytes)), ("instructions_per_image", count(instructionsPerImage)),
      ("reference_instructions_per_image", count(referenceInstructionsPerImage)),
    ]
  }
}

extension Catalog.QuantizationScheme {
  /// The columns of the scheme's row, by their names in the catalog.
  var facts: [(key: String, value: String?)] {
    func tensors(_ kind: String, _ tensors: Tensors?) -> [(key: String, value: String?)] {
      [
        ("\(kind)_dtype", tensors?.dtype), ("\(kind)_quantization", tensors?.quantization),
        ("\(kind)_min", tensors.map { "\($0.range.lowerBound)" }),
        ("\(kind)_max", tensors.map { "\($0.range.upperBound)" }), ("\(kind)_observer", tensors?.observer),
      ]
    }
    return [("type", type), ("profile", profile)] + tensors("weight", weights) + tensors("activation", activations)
      + [("reduce_range", reduceRange), ("skipped", skipped.isEmpty ? nil : skipped.joined(separator: " "))]
  }
}

/// Figures of any size and unit.
enum Figure {
  /// All digits of the figure, two different ones never alike; a whole number without a point.
  static func text(_ value: Double) -> String {
    // Beyond 2^53 not every whole number is a Double, and the digits would pretend that it is.
    if value == value.rounded(), abs(value) < 0x1p53 { return Format.integer(Int64(value)) }
    return value.isFinite ? "\(value)" : Format.decimal(value, places: 0)
  }
}
