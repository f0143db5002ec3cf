import Files

/// What a run's work depends on: the program, its configuration and what it reads. What another run of one origin left
/// unfinished is as good as this run's own.
package struct RunOrigin: Sendable {
  /// As the metadata of a file say it.
  package let metadata: [String: String]

  /// What each key means, for messages.
  private static let words = [
    "stage": "stage", "format_version": "format", "config_sha256": "configuration", "input_sha256": "inputs",
    "program_sha256": "program",
  ]

  /// The origin of a run whose inputs and configuration have been read.
  package init(_ run: StageRun) {
    // Another program may compute other numbers. Where it cannot be read, its version must do.
    let program = (try? FileBytes(of: "/proc/self/exe"))?.digest.sha256
    metadata = run.metadata(["program_sha256": program ?? Version.octavo])
  }

  /// In what a file's metadata say another origin, in a word: `configuration`; nil where they say this one.
  package func difference(from found: [String: String]) -> String? {
    metadata.keys.sorted().first { found[$0] != metadata[$0] }.map { Self.words[$0] ?? $0 }
  }
}
