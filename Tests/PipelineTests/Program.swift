import Foundation
import Synchronization

/// A built program, run as a process of its own.
///
/// `posix_spawn`, not Foundation's `Process`: the tests need the process number to kill, and no run loop.
struct Program {
  /// How a process ended, and what it said.
  struct Ending {
    /// The exit code; 128 and the signal's number for a process that was killed.
    let code: Int32
    /// stdout.
    let output: String
    /// stderr.
    let errors: String

    /// stderr, line by line.
    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
  }

  /// A process that has not been waited for.
  struct Child: ~Copyable {
    let pid: pid_t
    fileprivate let errors: Int32
    fileprivate let outputPath: String?

    /// The first line that the process writes to stderr; empty when it ends without one.
    func firstErrorLine() -> String {
      var line: [UInt8] = []
      var byte: UInt8 = 0
      while read(errors, &byte, 1) == 1, byte != UInt8(ascii: "\n") { line.append(byte) }
      return String(decoding: line, as: UTF8.self)
    }

    /// All that comes out of a pipe, which is closed then. Foundation's reading ends the test where a signal breaks in.
    private static func emptied(_ pipe: Int32) -> [UInt8] {
      var (all, part) = ([UInt8](), [UInt8](repeating: 0, count: 65_536))
      while true {
        let count = read(pipe, &part, part.count)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { break }
        all += part[..<count]
      }
      close(pipe)
      return all
    }

    /// Waits for the end.
    consuming func wait() throws -> Ending {
      // stdout goes to a file, so that only one pipe is to be emptied.
      let said = Self.emptied(errors)
      var status: Int32 = 0
      while waitpid(pid, &status, 0) < 0 && errno == EINTR {}
      let output = try outputPath.map { try String(contentsOfFile: $0, encoding: .utf8) } ?? ""
      if let outputPath { try FileManager.default.removeItem(atPath: outputPath) }
      let signal = status & 0x7f
      return Ending(
        code: signal == 0 ? (status >> 8) & 0xff : 128 + signal, output: output,
        errors: String(decoding: said, as: UTF8.self))
    }
  }

  /// The file to run.
  let path: String

  /// A program beside the test's own executable, where both were built.
  /// - Throws: `MissingProgram`, which fails the test: a door that was not built was not tested.
  init(built name: String) throws {
    let path = URL(fileURLWithPath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
      .deletingLastPathComponent().appendingPathComponent(name).path
    guard FileManager.default.isExecutableFile(atPath: path) else { throw MissingProgram(path: path) }
    self.path = path
  }

  /// Whether a program is on the PATH.
  static func isThere(_ name: String) -> Bool {
    (try? Program(path: "/bin/sh").run(["-c", "command -v \(name)"], in: "/"))?.code == 0
  }

  /// Any program; one without a slash is looked for on the PATH.
  init(path: String) { self.path = path }

  /// Runs the program to its end in a folder. Nothing of the test's own environment reaches it but PATH and HOME.
  /// - Parameter output: where stdout leads, nil for a file that is read afterwards.
  func run(
    _ arguments: [String], in folder: String, environment: [String: String] = [:], output: String? = nil
  ) throws -> Ending {
    try start(arguments, in: folder, environment: environment, output: output).wait()
  }

  /// Starts the program.
  func start(
    _ arguments: [String], in folder: String, environment: [String: String] = [:], output: String? = nil
  ) throws -> Child {
    let outputPath = output ?? NSTemporaryDirectory() + "/octavo-output-" + UUID().uuidString
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, outputPath, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    // The thread that runs a test may block signals, and this process ignore some: none of the program's business.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var signals = sigset_t()
    sigfillset(&signals)
    posix_spawnattr_setsigdefault(&attributes, &signals)
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    let ours = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME"].contains($0.key) }
    let words = ours.merging(environment) { $1 }.map { "\($0.key)=\($0.value)" }
    // One at a time: a process started in between would hold the pipe's other end open.
    return try Self.spawning.withLock { _ in
      var ends: [Int32] = [-1, -1]
      guard pipe(&ends) == 0 else { throw SpawnError(code: errno) }
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      posix_spawn_file_actions_adddup2(&actions, ends[1], 2)
      var pid: pid_t = 0
      // env changes to the folder and becomes the program.
      let code = Self.withCStrings(["env", "-C", folder, path] + arguments) { argv in
        Self.withCStrings(words) { posix_spawn(&pid, "/usr/bin/env", &actions, &attributes, argv, $0) }
      }
      close(ends[1])
      guard code == 0 else {
        close(ends[0])
        throw SpawnError(code: code)
      }
      return Child(pid: pid, errors: ends[0], outputPath: output == nil ? outputPath : nil)
    }
  }

  private static let spawning = Mutex(())

  private static func withCStrings<Result>(
    _ words: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let strings = words.map { strdup($0) }
    defer { for string in strings { free(string) } }
    return body(strings + [nil])
  }
}

/// A program that was to be tested and is not there.
struct MissingProgram: Error, CustomStringConvertible {
  let path: String
  var description: String { "\(path): expected a built program; build all products before the tests run" }
}

/// A program that could not be started.
struct SpawnError: Error, CustomStringConvertible {
  let code: Int32
  var description: String { "cannot start a program: \(String(cString: strerror(code)))" }
}
