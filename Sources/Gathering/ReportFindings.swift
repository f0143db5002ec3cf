import Catalog
import Evaluation
import Files
import Findings
import Foundation
import Reporting

/// Gathers what the catalog and the evaluations know of a pipeline into a report.
public enum ReportFindings {
  /// The report over some evaluations.
  /// - Parameters:
  ///   - sources: the files; the trained checkpoint and the dataset must be what the evaluated models were made of.
  ///   - catalog: where the runs are that made them.
  ///   - read: reads a configuration again, by its path.
  /// - Throws: `FindingsError`, `CatalogError`.
  public static func gather(
    _ sources: ReportSources, catalog: Catalog, read: (String) throws -> [UInt8] = WholeFile.read
  ) throws -> Report {
    guard let first = sources.evaluations.first else {
      throw FindingsError.notEvaluated(pipeline: sources.pipeline, scheme: "any", catalog: catalog.path)
    }
    let lineages = try sources.evaluations.map { try Lineage(of: $0.sha256, path: $0.path, in: catalog) }
    for (lineage, evaluation) in zip(lineages, sources.evaluations) {
      try lineage.require(sources.trained.sha256, sources.trained.path, of: evaluation.path)
      try lineage.require(sources.dataset.sha256, sources.dataset.path, of: evaluation.path)
    }
    let schemes = try zip(sources.evaluations, lineages).map { evaluation, lineage in
      try SchemeFindings(evaluation.content, lineage, sources, catalog).scheme()
    }
    let training = lineages[0].runs["train"]
    let brought = try lineages[0].runs["import-model"].flatMap { try self.brought(by: $0, catalog) }
    let quantized = try lineages.compactMap { $0.runs["import-quantized"] }.first.flatMap {
      try self.brought(by: $0, catalog)
    }
    let (train, test) = sources.dataset.content
    let files = artifacts(of: lineages)
    return Report(
      title: sources.pipeline,
      dataset: Report.Dataset(
        name: first.content.dataset, isSynthetic: first.content.dataset == "synthetic-digits", trainImages: train.count,
        testImages: test.count),
      networks: try NetworkFindings.stages(
        of: sources.trained.content, cameBy: brought == nil ? "trained" : "brought", first.content),
      seeds: seeds(of: lineages), schemes: schemes,
      calibrations: try CalibrationFindings.sheets(
        of: zip(schemes, sources.evaluations).map { ($0.name, $1.content.calibration) }, images: train),
      history: try history(of: sources.pipeline, dataset: first.content.dataset, catalog: catalog),
      devices: try DeviceFindings.devices(
        of: zip(schemes, lineages).map { ($0.name, $1) }, pipeline: sources.pipeline, catalog: catalog),
      brought: brought, epochs: try training.map { try epochs(of: $0, catalog: catalog) } ?? [],
      configs: configs(among: files, read: read), artifacts: files,
      commands: commands(
        pipeline: sources.pipeline, schemes: schemes.map(\.name), brought: brought, quantized: quantized,
        lineage: lineages[0]),
      environment: environment(lineages[0].runs["evaluate"]))
  }

  /// Every file of some lineages, once.
  static func artifacts(of lineages: [Lineage]) -> [Report.Artifact] {
    var artifacts: [Report.Artifact] = []
    for artifact in lineages.flatMap(\.artifacts) {
      let entry = Report.Artifact(
        path: artifact.path, kind: artifact.kind, bytes: artifact.bytes, sha256: artifact.sha256)
      if !artifacts.contains(entry) { artifacts.append(entry) }
    }
    return artifacts
  }

  /// The file of tensors, or of a model, that a run brought in.
  static func brought(by run: Catalog.Run, _ catalog: Catalog) throws -> Report.Artifact? {
    try catalog.artifacts(of: run.id).first { $0.role == .input && $0.artifact.kind != "dataset" }.map {
      Report.Artifact(
        path: $0.artifact.path, kind: $0.artifact.kind, bytes: $0.artifact.bytes, sha256: $0.artifact.sha256)
    }
  }

  /// The configurations, as long as they are still what was read.
  static func configs(
    among artifacts: [Report.Artifact], read: (String) throws -> [UInt8]
  ) -> [Report.Config] {
    artifacts.filter { $0.kind == "config" }.map { artifact in
      let bytes = try? read(artifact.path)
      let isSame = bytes.map(SHA256Digest.hex) == artifact.sha256
      return Report.Config(path: artifact.path, text: isSame ? bytes.map { String(decoding: $0, as: UTF8.self) } : nil)
    }
  }

  private static func history(of pipeline: String, dataset: String, catalog: Catalog) throws -> [Report.HistoryPoint] {
    try catalog.evaluations(of: pipeline, dataset: dataset).map { row in
      Report.HistoryPoint(
        run: row.run, scheme: row.scheme ?? "int8",
        started: String(row.startedAt.prefix(19)).replacing("T", with: " "), commit: row.commit, float32: row.float32,
        int8: row.int8, bytes: row.int8Bytes, imagesPerSecond: row.imagesPerSecond, speedRatio: row.speedRatio)
    }
  }

  /// The seeds by stage: one where all schemes have the same, else each with its schemes.
  static func seeds(of lineages: [Lineage]) -> [Report.Fact] {
    var stages: [(stage: String, seeds: [(seed: Int64, schemes: [String])])] = []
    for run in lineages.flatMap({ $0.runs.values.sorted { $0.id < $1.id } }) {
      guard let seed = run.seed else { continue }
      let stage = stages.firstIndex { $0.stage == run.stage } ?? stages.count
      if stage == stages.count { stages.append((run.stage, [])) }
      let index = stages[stage].seeds.firstIndex { $0.seed == seed } ?? stages[stage].seeds.count
      if index == stages[stage].seeds.count { stages[stage].seeds.append((seed, [])) }
      let scheme = run.scheme ?? ""
      if !stages[stage].seeds[index].schemes.contains(scheme) { stages[stage].seeds[index].schemes.append(scheme) }
    }
    return stages.map { stage, seeds in
      let words = seeds.map { seeds.count == 1 ? "\($0.seed)" : "\($0.seed) (\($0.schemes.joined(separator: ", ")))" }
      return Report.Fact("Seed of \(stage)", words.joined(separator: ", "))
    }
  }

  private static func epochs(of run: Catalog.Run, catalog: Catalog) throws -> [Report.Epoch] {
    try catalog.epochs(of: run.id).map {
      Report.Epoch(
        number: $0.epoch, loss: $0.loss, trainAccuracy: $0.trainAccuracy, testAccuracy: $0.testAccuracy,
        seconds: $0.seconds)
    }
  }

  /// The one command that makes everything again, then each stage's as it was typed, in order.
  private static func commands(
    pipeline: String, schemes: [String], brought: Report.Artifact?, quantized: Report.Artifact?, lineage: Lineage
  ) -> [String] {
    let setting = brought?.path.hasSuffix(".onnx") == true ? "ONNX" : "FLOAT"
    let files = [(setting, brought), ("QUANTIZED", quantized)].compactMap { setting, file in
      file.map { " " + ShellWords.quoted(["\(setting)=\($0.path)"]) }
    }
    let all = "make all PIPELINE=\(pipeline) SCHEMES='\(schemes.joined(separator: " "))'\(files.joined())"
    return [all] + lineage.runs.values.sorted { $0.id < $1.id }.map(\.command)
  }

  /// The program and the machine of an evaluation.
  static func environment(_ run: Catalog.Run?) -> [Report.Fact] {
    guard let run else { return [] }
    return [
      Report.Fact("Octavo", run.octavoVersion), Report.Fact("Commit", run.gitCommit ?? "unknown"),
      Report.Fact("Processor", run.cpu), Report.Fact("Instruction set", run.instructionSet),
      Report.Fact("Threads", "\(run.threads)"),
    ]
  }
}
