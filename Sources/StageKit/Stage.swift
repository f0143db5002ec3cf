import ArgumentParser

/// A program of the pipeline: options in, one piece of work, exit code out.
///
/// A door conforms and says what it does in `work`; this file does what all doors share: the run's row in the catalog
/// before and after, one line for an error, exit code 0 or 1. A wrong option is ArgumentParser's 64.
public protocol Stage: ParsableCommand {
  /// The stage's name in the catalog and in messages.
  static var stage: String { get }
  /// The options that every stage has.
  var options: StageOptions { get }
  /// The files that the stage writes, `--output` first, and alone unless a stage says otherwise.
  var outputs: [String] { get }
  /// Reads, computes, writes the output.
  /// - Returns: what the catalog shall hold of it.
  func work(_ run: StageRun) throws -> StageResults
}

extension Stage {
  /// The output alone.
  public var outputs: [String] { [options.output] }

  /// Runs the stage. Called by ArgumentParser.
  public func run() throws {
    try Doorway.exitingOnError(Self.stage) {
      try DistinctFiles().reading("--config", options.config).reading("--input", options.input)
        .catalog(options.catalog).writing("--output", outputs).check()
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
