import Checkpoints
import Files
import Foundation
import StageKit
import TransformerPasses

/// Keeps where a conversion stands, tensor by tensor, for the run that goes on where this one is interrupted.
///
/// What is written lies beside the output, `.partial`, and how much of it counts in a second file, `.state`: a safetensors
/// file of metadata alone, whole or not at all. They say of which run they are, how many tensors are whole, and what those
/// hash to. Only the program that wrote them reads them; they go when the output is in place.
public final class ConversionRecord {
  private let run: StageRun
  private let output: String
  private let origin: RunOrigin
  private var isSaving = true

  private static let (tensorsKey, allKey, bytesKey, digestKey) = ("tensors", "all", "bytes", "content_sha256")

  /// Where the state of a conversion lies whose output that is.
  private static func statePath(beside output: String) -> String { output + ".state" }

  /// The output, and the files that hold where the conversion stands.
  public static func files(of output: String) -> [String] {
    [output, statePath(beside: output), FileWriter.partialPath(of: output)]
  }

  /// The record of a run whose inputs and configuration have been read.
  public init(_ run: StageRun) {
    (self.run, output, origin) = (run, run.options.output, RunOrigin(run))
    run.removeWhenDone(Self.statePath(beside: output))
  }

  /// Writes the output, from its beginning or on from what an interrupted run left of it, and says so. Warns of a state
  /// that cannot be used.
  /// - Throws: `FileError`, and what the body throws: nothing is kept then, for a run that failed would fail again.
  public func write<Result>(_ body: (FileWriter) throws -> Result) throws -> Result {
    let file = try open()
    do {
      return try body(file)
    } catch {
      try? WholeFile.remove(Self.statePath(beside: output))
      throw error
    }
  }

  private func open() throws -> FileWriter {
    do {
      if let state = try read() {
        let file = try FileWriter(resuming: output, at: state.mark)
        run.say("goes on after tensor \(state.tensors) of \(state.all), as \(Self.statePath(beside: output)) has it")
        return file
      }
    } catch let error where (error as? FileError)?.code != EWOULDBLOCK {
      run.warn("\(OneLine.describe(error)); conversion begins anew")
    }
    let file = try FileWriter(resumable: output)
    // An older state must not tell of what is written now.
    try WholeFile.remove(Self.statePath(beside: output))
    return file
  }

  /// Keeps where the conversion stands. Where that cannot be written, it goes on all the same, and one warning says so.
  public func save(_ standing: ConvertTransformer.Standing) {
    guard isSaving else { return }
    let said = [
      Self.tensorsKey: "\(standing.tensors)", Self.allKey: "\(standing.all)", Self.bytesKey: "\(standing.mark.bytes)",
      Self.digestKey: standing.mark.sha256,
    ]
    do {
      let state = Checkpoint(metadata: origin.metadata.merging(said) { $1 })
      _ = try state.write(to: Self.statePath(beside: output))
    } catch {
      isSaving = false
      run.warn("\(OneLine.describe(error)); interrupted, this run would begin anew")
    }
  }

  /// What the state says; nil where there is none, or nothing that it tells of: a run that failed took that away.
  /// - Throws: `ConfigError` for a state that is damaged or of another run, `FileError`.
  private func read() throws -> (tensors: Int, all: Int, mark: FileDigest)? {
    let path = Self.statePath(beside: output)
    let manager = FileManager.default
    guard manager.fileExists(atPath: path), manager.fileExists(atPath: FileWriter.partialPath(of: output)) else {
      return nil
    }
    let found: [String: String]
    do {
      found = try Safetensors.decode(FileBytes(of: path)).metadata
    } catch let error as SafetensorsError {
      throw ConfigError(path: path, reason: "not a conversion's state, or a damaged one: \(error)")
    }
    if let other = origin.difference(from: found) {
      throw ConfigError(
        path: path, reason: "expected the state of this conversion, found one of another \(other)")
    }
    let numbers = [Self.tensorsKey, Self.allKey, Self.bytesKey].compactMap { found[$0].flatMap(Int.init) }
    guard numbers.count == 3, numbers.allSatisfy({ $0 >= 0 }), let digest = found[Self.digestKey] else {
      throw ConfigError(path: path, reason: "not a conversion's state, or a damaged one: expected counts and a digest")
    }
    return (numbers[0], numbers[1], FileDigest(bytes: numbers[2], sha256: digest))
  }
}
