import ArgumentParser
import StageKit
import Testing

@Suite("The options that every stage has")
struct StageOptionsTests {
  private struct Door: ParsableCommand {
    @OptionGroup var options: StageOptions
  }

  private func parse(_ words: String) throws -> StageOptions {
    try Door.parse(words.split(separator: " ").map(String.init)).options
  }

  @Test("only the output must be given")
  func least() throws {
    let options = try parse("--output o")
    #expect(options.output == "o")
    #expect(options.config == [])
    #expect(options.input == [])
    #expect(options.catalog == nil)
    #expect(options.pipeline == nil)
    #expect(options.scheme == nil)
    #expect(options.logLevel == .info)
    #expect(!options.quiet)
  }

  @Test("files keep their order, given at once or one by one")
  func lists() throws {
    let options = try parse("--config b a --input x --output o --input z y --quiet")
    #expect(options.config == ["b", "a"])
    #expect(options.input == ["x", "z", "y"])
    #expect(options.quiet)
  }

  @Test("the names of the catalog")
  func names() throws {
    let options = try parse("--output o --catalog c --pipeline p --scheme s --log-level debug")
    #expect(options.catalog == "c")
    #expect(options.pipeline == "p")
    #expect(options.scheme == "s")
    #expect(options.logLevel == .debug)
  }

  @Test("every level has a name", arguments: LogLevel.allCases)
  func levels(_ level: LogLevel) throws {
    #expect(try parse("--output o --log-level \(level.rawValue)").logLevel == level)
  }

  @Test(
    "what is wrong is an error",
    arguments: ["", "--output", "--output o --log-level loud", "--output o --unknown", "--output o stray"])
  func wrong(_ words: String) {
    #expect(throws: (any Error).self) { try parse(words) }
  }
}
