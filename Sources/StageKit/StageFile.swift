import Catalog
import Files
import Foundation
import Synchronization
import Tensors

/// A file that a stage reads.
public struct StageFile: Sendable {
  /// As given on the command line.
  public let path: String
  /// Its content, mapped and not read.
  public let content: FileBytes
  private let known = KnownDigest()

  /// The content's size and digest: computed when they are first asked for, which reads all of it.
  public var digest: FileDigest { known.digest(of: content) }

  /// A file of the given content.
  package init(path: String, content: FileBytes) {
    self.path = path
    self.content = content
  }

  /// The configuration that the file holds.
  /// - Throws: `ConfigError` naming file and key.
  public func config<Config: Codable>(_ type: Config.Type) throws -> Config {
    try ConfigFile.decode(type, from: content.copy, path: path)
  }

  /// Runs `body`; an error is thrown on with the file's name before it.
  public func naming<Result>(_ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch {
      throw ConfigError(path: path, reason: OneLine.describe(error) + advice(on: error))
    }
  }

  /// What to do about a checkpoint, where the error does not say it: a network's own words do where a person wrote it,
  /// and not where a stage did.
  private func advice(on error: any Error) -> String {
    guard kind(as: .input) == "checkpoint", (error as? any StoredDataError)?.saysWhatToDo == false else { return "" }
    return "; run the stage that made this checkpoint again"
  }

  func kind(as role: Catalog.Role) -> String {
    switch (role, URL(fileURLWithPath: path).pathExtension) {
    case (.config, _): "config"
    case (_, "safetensors"): "checkpoint"
    case (_, "json"): path.hasSuffix("manifest.json") ? "dataset" : "metrics"
    default: "file"
    }
  }
}

/// What can be wrong with the data of a file that a stage wrote.
package protocol StoredDataError: Error {
  /// Whether the error's own words say what to do about it.
  var saysWhatToDo: Bool { get }
}

extension MetadataError: StoredDataError {
  package var saysWhatToDo: Bool { false }
}

/// A file's digest, computed once: a program that only reads a part of a large file need not wait for it.
private final class KnownDigest: Sendable {
  private let found = Mutex<FileDigest?>(nil)

  func digest(of content: FileBytes) -> FileDigest {
    found.withLock { found in
      let digest = found ?? content.digest
      found = digest
      return digest
    }
  }
}
