import Findings
import StageKit

extension StageFile {
  /// The file and what it holds.
  func source<Content>(_ read: (StageFile) throws -> Content) rethrows -> ReportSources.Source<Content> {
    ReportSources.Source(path: path, sha256: sha256, content: try read(self))
  }
}
