import ArgumentParser
import Findings
import StageKit

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Holds the newest outputs on disk against their recorded SHA-256.",
    discussion: """
      Exit code 0: all that are there are as recorded. 1: a line on stdout for each that is not. An input that is not as
      the run that last read it found it is a warning on stderr.
      """)

  @OptionGroup var options: CatalogOptions

  func run() throws {
    try Doorway.exitingOnError("inspect verify") {
      let verification = try Verification(of: options.open())
      for line in verification.warnings { Doorway.warn("inspect verify", line) }
      for line in verification.differences { try StandardOutput.writeLine(line) }
      guard verification.differences.isEmpty else { throw ExitCode(1) }
      try StandardOutput.writeLine(verification.summary)
    }
  }
}
