import ArgumentParser
import Foundation

/// A program of the pipeline: options in, one piece of work, exit code out.
///
/// A door conforms and says what it does in `work`; this file does what all doors share: the run's row in the catalog
/// before and after, one line for an error, exit code 0 or 1. A wrong option is ArgumentParser's 64.
public protocol Stage: ParsableCommand {
  /// The stage's name in the catalog and in messages.
  static var stage: String { get }
  /// The options that every stage has.
  var options: StageOptions { get }
  /// Reads, computes, writes the output.
  /// - Returns: what the catalog shall hold of it.
  func work(_ run: StageRun) throws -> StageResults
}

extension Stage {
  /// Runs the stage. Called by ArgumentParser.
  public func run() throws {
    try Doorway.exitingOnError(Self.stage) {
      let run = try StageRun(stage: Self.stage, options: options)
      try run.perform(work)
    }
  }
}

/// The end of a program that fails.
public enum Doorway {
  /// Runs `body`; an error is printed as one line on stderr, and the exit code is 1.
  ///
  /// Exit codes that `body` throws itself pass through.
  public static func exitingOnError(_ program: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let code as ExitCode {
      throw code
    } catch {
      Terminal.write(Terminal.standard.colored("\(program): error: \(OneLine.describe(error))", .error) + "\n")
      throw ExitCode(1)
    }
  }

  /// Says on stderr what may be wrong, in one line.
  public static func warn(_ program: String, _ line: String) {
    Terminal.write(Terminal.standard.colored("\(program): warning: \(line)", .warning) + "\n")
  }
}

/// Errors as one line.
public enum OneLine {
  /// What went wrong, on one line: our own errors say it themselves, Foundation's are asked.
  public static func describe(_ error: any Error) -> String {
    let text =
      switch error {
      case let error as DecodingError: describe(error)
      case let error as POSIXError: String(cString: strerror(error.code.rawValue))
      case let error as CocoaError: describe(error as NSError)
      case let error as any LocalizedError: error.errorDescription ?? "\(error)"
      case let error as any Error & CustomStringConvertible: error.description
      default: describe(error as NSError)
      }
    return text.split(whereSeparator: \.isNewline).map { $0.trimmingCharacters(in: .whitespaces) }
      .joined(separator: " ")
  }

  /// Foundation's own words, which leave out the file.
  private static func describe(_ error: NSError) -> String {
    let path = error.userInfo[NSFilePathErrorKey] as? String
    return path.map { "\($0): \(error.localizedDescription)" } ?? error.localizedDescription
  }

  private static func describe(_ error: DecodingError) -> String {
    func at(_ context: DecodingError.Context, _ last: (any CodingKey)? = nil) -> String {
      let place = place(context.codingPath + (last.map { [$0] } ?? []))
      return place.isEmpty ? "" : "\(place): "
    }
    switch error {
    case .keyNotFound(let key, let context): return "\(at(context, key))expected a value, found none"
    case .valueNotFound(let type, let context): return "\(at(context))expected \(name(of: type)), found nothing"
    case .typeMismatch(let type, let context):
      return "\(at(context))expected \(name(of: type)); \(context.debugDescription)"
    case .dataCorrupted(let context): return "\(at(context))\(context.debugDescription)"
    @unknown default: return "\(error)"
    }
  }

  /// Where a value stands: `layers[2].out`.
  static func place(_ path: [any CodingKey]) -> String {
    path.reduce("") { path, key in
      key.intValue.map { "\(path)[\($0)]" } ?? (path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)")
    }
  }

  /// A type in a person's words.
  static func name(of type: any Any.Type) -> String {
    switch type {
    case is Int.Type, is Int32.Type: "an integer"
    case is UInt64.Type: "an integer of at least 0"
    case is Double.Type, is Float.Type: "a number"
    case is Bool.Type: "true or false"
    case is String.Type: "a text"
    default: "\(type)"
    }
  }
}
