import Foundation

/// A program of this machine, run to its end.
struct ToolRun {
  /// What it wrote to stdout.
  let output: String
  /// What it wrote to stderr.
  let errors: String
  /// Its exit code.
  let code: Int32

  /// Runs a program.
  /// - Parameters:
  ///   - command: its name, looked for on the PATH, and its arguments.
  ///   - folder: where it runs.
  /// - Throws: `EmulationError.missingProgram`, or `failed` for an exit code other than zero.
  @discardableResult
  init(_ command: [String], in folder: String) throws {
    guard let program = Self.path(of: command[0]) else { throw EmulationError.missingProgram(command[0]) }
    let (process, output, errors) = (Process(), Pipe(), Pipe())
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = Array(command.dropFirst())
    process.currentDirectoryURL = URL(fileURLWithPath: folder)
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    // Read on a thread of its own: a full pipe would stop the program.
    let said = Said()
    let reader = Thread { said.set(errors.fileHandleForReading.readDataToEndOfFile()) }
    reader.start()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    self.output = String(decoding: data, as: UTF8.self)
    self.errors = String(decoding: said.wait(), as: UTF8.self)
    code = process.terminationStatus
    guard code == 0 else {
      let lines = (self.errors + self.output).split(separator: "\n")
      let line = lines.first { $0.contains("error") } ?? lines.first ?? "it said nothing"
      throw EmulationError.failed(program: command[0], code: code, said: String(line))
    }
  }

  /// Where a program lies; nil where it is not on the PATH.
  static func path(of name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// What one thread hands to another.
  private final class Said: @unchecked Sendable {
    private let isThere = DispatchSemaphore(value: 0)
    private var data = Data()

    func set(_ data: Data) {
      self.data = data
      isThere.signal()
    }

    func wait() -> Data {
      isThere.wait()
      return data
    }
  }
}
