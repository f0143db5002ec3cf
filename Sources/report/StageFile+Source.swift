import Findings
import Gathering
import StageKit

extension StageFile {
  /// The file and what it holds.
  func source<Content>(_ read: (StageFile) throws -> Content) rethrows -> ReportSources.Source<Content> {
    ReportSources.Source(path: path, sha256: digest.sha256, content: try read(self))
  }
}
