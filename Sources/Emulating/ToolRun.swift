import Files
import Foundation

/// A program of this machine, run to its end.
struct ToolRun {
  /// What it wrote to stdout.
  let output: String

  /// Runs a program.
  /// - Parameters:
  ///   - command: its name, looked for on the PATH, and its arguments.
  ///   - folder: where it runs, and what it says lies meanwhile.
  ///   - minutes: after which it is ended, for a program that may run for ever.
  /// - Throws: `EmulationError.missingProgram`, or `failed` for an exit code other than zero.
  @discardableResult
  init(_ command: [String], in folder: String, minutes: Int? = nil) throws {
    let program = command[0].contains("/") ? command[0] : Self.path(of: command[0])
    guard let program else { throw EmulationError.missingProgram(command[0]) }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = (minutes.map { ["timeout", "\($0)m"] } ?? []) + [program] + command.dropFirst()
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    // Files, not pipes: nothing has to be emptied while it runs.
    let paths = ["stdout", "stderr"].map { "\(folder)/\($0).txt" }
    for path in paths { try Data().write(to: URL(fileURLWithPath: path)) }
    process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: paths[0]))
    process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: paths[1]))
    try process.run()
    process.waitUntilExit()
    let said = try paths.map { String(decoding: try FileBytes(of: $0).copy, as: UTF8.self) }
    output = said[0]
    let code = process.terminationStatus
    guard minutes == nil || code != 124 else {
      throw EmulationError.failed(program: command[0], code: code, said: "ended after \(minutes ?? 0) minutes")
    }
    guard code == 0 else {
      let lines = (said[1] + said[0]).split(separator: "\n")
      let line = lines.first { $0.contains("error") } ?? lines.first ?? "it said nothing"
      throw EmulationError.failed(program: command[0], code: code, said: String(line))
    }
  }

  /// Where a program lies; nil where it is not on the PATH.
  static func path(of name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }
}
