import Foundation
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

/// A process, run to its end.
enum Command {
  /// How it ended and what it said, on stdout and stderr.
  struct Ending {
    let code: Int32
    let output: Data
    let errors: String
  }

  /// Runs a program.
  /// - Parameter folder: where, nil for here.
  static func run(
    _ program: String, _ arguments: [String], in folder: String? = nil, input: Data = Data()
  ) throws -> Ending {
    let process = Process()
    let scratch = NSTemporaryDirectory() + "/octavo-command-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: scratch, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: scratch) }
    // Files, not pipes: nothing has to be emptied while it runs.
    func file(_ name: String, _ content: Data = Data()) throws -> FileHandle {
      try content.write(to: URL(fileURLWithPath: "\(scratch)/\(name)"))
      return try FileHandle(forUpdating: URL(fileURLWithPath: "\(scratch)/\(name)"))
    }
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    if let folder { process.currentDirectoryURL = URL(fileURLWithPath: folder) }
    process.standardInput = try file("input", input)
    process.standardOutput = try file("output")
    process.standardError = try file("errors")
    try process.run()
    process.waitUntilExit()
    return Ending(
      code: process.terminationStatus,
      output: try Data(contentsOf: URL(fileURLWithPath: "\(scratch)/output")),
      errors: String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(scratch)/errors")), as: UTF8.self))
  }
}
