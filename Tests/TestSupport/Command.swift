import Foundation

/// A process, run to its end.
package enum Command {
  /// How it ended and what it said, on stdout and stderr.
  package struct Ending {
    package let code: Int32
    package let output: Data
    package let errors: String
  }

  /// Runs a program.
  /// - Parameter folder: where, nil for here.
  package static func run(
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
