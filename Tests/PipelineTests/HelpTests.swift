import Foundation
import Testing

@Suite("make help")
struct HelpTests {
  private let tree: Tree
  private let help: String

  init() throws {
    tree = try Tree()
    help = try tree.make("help").output
  }

  /// The goals that help explains: `  make GOAL`.
  private var explained: Set<String> {
    Set(
      help.split(separator: "\n").filter { $0.hasPrefix("  make ") }.compactMap {
        $0.split(separator: " ").dropFirst().first.map(String.init)
      })
  }

  @Test("a line for every goal, and for nothing else")
  func complete() throws {
    let goals = Makefile(try tree.workshop.text("Makefile")).goals
    #expect(goals.count > 20)
    #expect(explained.subtracting(goals) == [])
    #expect(Set(goals).subtracting(explained) == [])
  }

  @Test("what a newcomer types comes first, and make alone says it")
  func first() throws {
    let lines = help.split(separator: "\n")
    #expect(lines[1] == "Start here:" && lines[2].hasPrefix("  make all "))
    #expect(lines[3].hasPrefix("  make check ") && lines[4].hasPrefix("  make show RUN=1 "))
    #expect(try tree.make([]).output == help)
  }

  @Test("no line is longer than a terminal is wide")
  func width() { #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 }) }
}
