import Foundation

/// The real, tiny model of `../shared/llama`, which a developer keeps beside the project.
package enum Stories {
  private static let url = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "../shared/llama").standardizedFileURL

  /// Where it is.
  package static let folder = url.path

  /// Whether its weights are there, and with them the rest.
  package static let isThere = FileManager.default.fileExists(atPath: path("stories260K.bin"))

  /// Why a test that needs it is left out.
  package static let absence = "stories260K is not at ../shared/llama"

  /// Where one of its files is.
  package static func path(_ name: String) -> String { url.appending(path: name).path }

  /// A file's bytes.
  package static func bytes(_ name: String) throws -> [UInt8] {
    [UInt8](try Data(contentsOf: url.appending(path: name)))
  }

  /// The lines of its texts that are not empty.
  package static func lines() throws -> [String] {
    try ["tinystories_train_head_197k.txt", "tinystories_sample.txt"].flatMap {
      try String(decoding: bytes($0), as: UTF8.self).split(separator: "\n").map(String.init)
    }
  }
}
