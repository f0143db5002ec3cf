import Catalog

/// The runs that made a file, followed back by content: from an evaluation's metrics to the training run.
package struct Lineage {
  /// The newest run of each stage along the way, the file's own maker included.
  package let runs: [String: Catalog.Run]
  /// The files that these runs read and wrote, each once, in the order of the pipeline.
  package let artifacts: [Catalog.Artifact]

  /// Follows a file back.
  /// - Throws: `FindingsError.unknownFile` when the catalog knows no succeeded run that wrote these bytes.
  package init(of sha256: String, path: String, in catalog: Catalog) throws {
    guard let maker = try catalog.newestRun(writing: sha256, to: path) else { throw FindingsError.unknownFile(path) }
    var runs = [maker.stage: maker]
    var artifacts: [Catalog.Artifact] = []
    var pending = [maker]
    while let run = pending.popLast() {
      for file in try catalog.artifacts(of: run.id) {
        if !artifacts.contains(file.artifact) { artifacts.append(file.artifact) }
        let (bytes, name) = (file.artifact.sha256, file.artifact.path)
        guard file.role == .input, let earlier = try catalog.newestRun(writing: bytes, to: name) else { continue }
        // The same bytes may have been written again since; a stage already met was met by its newest run.
        guard runs[earlier.stage] == nil else { continue }
        runs[earlier.stage] = earlier
        pending.append(earlier)
      }
    }
    self.runs = runs
    self.artifacts = artifacts.sorted { ($0.path, $0.sha256) < ($1.path, $1.sha256) }
  }

  /// Refuses a file that is no ancestor.
  /// - Throws: `FindingsError.notAnAncestor`.
  package func require(_ sha256: String, _ path: String, of descendant: String) throws(FindingsError) {
    guard artifacts.contains(where: { $0.sha256 == sha256 }) else {
      throw .notAnAncestor(path, of: descendant)
    }
  }
}
