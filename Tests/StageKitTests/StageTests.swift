import ArgumentParser
import Foundation
import StageKit
import TestSupport
import Testing

@Suite("Errors as one line")
struct StageTests {
  private struct Shelf: Decodable {
    struct Book: Decodable {
      let pages: Int
      let title: String
    }
    let books: [Book]
    let isFull: Bool
  }

  private func complaint(_ json: String) -> String {
    do {
      _ = try JSONDecoder().decode(Shelf.self, from: Data(json.utf8))
      return "no error"
    } catch {
      return OneLine.describe(error)
    }
  }

  @Test("a missing key is named with its place")
  func missing() {
    #expect(complaint("{\"books\": []}") == "isFull: expected a value, found none")
    #expect(
      complaint("{\"books\": [{\"pages\": 1, \"title\": \"a\"}, {\"title\": \"b\"}]}")
        == "books[1].pages: expected a value, found none")
  }

  @Test("a value of another type is named with its place and what it should be")
  func mismatch() {
    #expect(complaint("{\"books\": 1, \"isFull\": true}") == "books: expected a list, found number")
    #expect(complaint("[]") == "expected a mapping, found an array")
    #expect(
      complaint("{\"books\": [{\"pages\": \"x\", \"title\": \"a\"}], \"isFull\": true}")
        == "books[0].pages: expected an integer, found a string")
    #expect(
      complaint("{\"books\": [{\"pages\": 1, \"title\": 2}], \"isFull\": true}")
        == "books[0].title: expected a text, found number")
    #expect(complaint("{\"books\": [], \"isFull\": 1}") == "isFull: expected true or false, found number")
  }

  @Test("null is nothing")
  func null() {
    #expect(complaint("{\"books\": [], \"isFull\": null}").hasPrefix("isFull: expected true or false"))
  }

  @Test("what is not JSON", arguments: ["", "{", "\u{0}", "[\n\n"])
  func corrupted(_ json: String) {
    let complaint = complaint(json)
    #expect(!complaint.isEmpty)
    #expect(complaint.isOneLine)
  }

  private struct Long: Error, CustomStringConvertible {
    let description = "  first\n\n   second\r\nthird \u{2028} fourth\n"
  }

  private struct Told: LocalizedError {
    let errorDescription: String? = "told\ntwice"
  }

  @Test("an error of several lines becomes one")
  func severalLines() {
    #expect(OneLine.describe(Long()) == "first second third fourth")
    #expect(OneLine.describe(Told()) == "told twice")
  }

  @Test("Foundation's and the system's errors are asked for their words")
  func foundation() {
    #expect(OneLine.describe(POSIXError(.ENOENT)) == "No such file or directory")
    do {
      _ = try Data(contentsOf: URL(fileURLWithPath: "/no/such/file"))
      Issue.record("expected an error")
    } catch {
      let text = OneLine.describe(error)
      #expect(text.isOneLine)
      #expect(text.hasPrefix("/no/such/file: "))
      #expect(!text.contains("UserInfo"))
    }
  }

  @Test("an exit code of the program's own passes through the door")
  func exitCode() {
    #expect(throws: ExitCode(2)) { try Doorway.exitingOnError("check") { throw ExitCode(2) } }
    #expect(throws: Never.self) { try Doorway.exitingOnError("check") {} }
  }
}
