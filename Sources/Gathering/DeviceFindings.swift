import Catalog
import Findings
import Reporting

/// What exported models did on other machines, of the models that a report tells of and of no older ones.
enum DeviceFindings {
  /// The newest run of each of the schemes on each machine.
  /// - Parameter schemes: with the files that each evaluation descends from, the int8 checkpoint among them.
  static func devices(
    of schemes: [(name: String, lineage: Lineage)], pipeline: String, catalog: Catalog
  ) throws -> [Report.Device] {
    try catalog.devices(of: pipeline).compactMap { row in
      guard let scheme = schemes.first(where: { $0.name == row.scheme }), let code = row.code,
        let export = try catalog.newestRun(writing: code.sha256, to: code.path)
      else { return nil }
      let known = Set(scheme.lineage.artifacts.map(\.sha256))
      let isOurs = try catalog.artifacts(of: export.id).contains {
        $0.role == .input && known.contains($0.artifact.sha256)
      }
      return isOurs ? Report.Device(row.emulation, scheme: row.scheme) : nil
    }
  }
}

extension Report.Device {
  fileprivate init(_ emulation: Catalog.Emulation, scheme: String) {
    self.init(
      scheme: scheme, machine: emulation.machine, images: emulation.images, scores: emulation.scores,
      differingScores: emulation.differingScores, flashBytes: emulation.flashBytes, ramBytes: emulation.ramBytes,
      instructions: emulation.instructionsPerImage, referenceInstructions: emulation.referenceInstructionsPerImage)
  }
}
