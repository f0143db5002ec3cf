import ArgumentParser

/// The options that every stage has.
public struct StageOptions: ParsableArguments {
  /// Configuration files, in the order that the stage's help states.
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Configuration, in the order stated above.", valueName: "file"))
  public var config: [String] = []

  /// Files to read, in the order that the stage's help states.
  @Option(
    name: .long, parsing: .upToNextOption,
    help: ArgumentHelp("Files to read, in the order stated above.", valueName: "file"))
  public var input: [String] = []

  /// The file to write.
  @Option(name: .long, help: ArgumentHelp("The file to write; it appears whole or not at all.", valueName: "file"))
  public var output: String

  /// The catalog that records the run.
  @Option(name: .long, help: ArgumentHelp("The catalog to record this run in; none: no record.", valueName: "file"))
  public var catalog: String?

  /// The pipeline's name in the catalog.
  @Option(name: .long, help: "The pipeline's name in the catalog.")
  public var pipeline: String?

  /// The quantization scheme's name in the catalog.
  @Option(name: .long, help: "The quantization scheme's name in the catalog.")
  public var scheme: String?

  /// The least important messages to print.
  @Option(name: .long, help: "Print messages from this level on: debug, info, notice, warning, error.")
  public var logLevel: LogLevel = .info

  /// Whether to print errors and warnings only.
  @Flag(name: .long, help: "Print warnings and errors only.")
  public var quiet = false

  /// No options.
  public init() {}
}

/// How important a message must be to be printed.
public enum LogLevel: String, ExpressibleByArgument, CaseIterable, Sendable {
  /// Everything.
  case debug
  /// One line per step.
  case info
  /// What a person should notice.
  case notice
  /// What may be wrong.
  case warning
  /// What went wrong.
  case error
}
