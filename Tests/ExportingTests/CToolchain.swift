import Foundation
import TestSupport
import Testing

/// A compiler of C on this machine.
struct CCompiler: Sendable, CustomTestStringConvertible {
  /// What every file of ours compiles under.
  static let warnings = ["-std=c99", "-Wall", "-Wextra", "-Wconversion", "-pedantic", "-Werror"]

  let path: String
  /// What finds reads and writes beside arrays, and what C leaves undefined; empty where there is nothing.
  let sanitizers: [String]

  var testDescription: String { path }

  /// Those that are here, of cc and clang.
  static let all: [CCompiler] = {
    let folders =
      (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init) + [
        "/opt/swift/usr/bin"
      ]
    return ["gcc", "clang"].compactMap { name in
      folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }.map { path in
      let sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
      return CCompiler(path: path, sanitizers: works(path, sanitizers) ? sanitizers : [])
    }
  }()

  /// Why there is nothing to test with.
  static let absence = "there is neither gcc nor clang on the PATH"

  private static func works(_ path: String, _ flags: [String]) -> Bool {
    let program = NSTemporaryDirectory() + "/octavo-probe-" + UUID().uuidString
    defer { try? FileManager.default.removeItem(atPath: program) }
    let build = try? Command.run(
      path, flags + ["-x", "c", "-", "-o", program], input: Data("int main(void) { return 0; }".utf8))
    return build?.code == 0 && (try? Command.run(program, []))?.code == 0
  }
}
