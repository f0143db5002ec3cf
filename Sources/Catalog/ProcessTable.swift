import Foundation

/// What names one process on one machine for ever: a pid alone is recycled, and so is a pid with a start
/// time after a reboot.
public struct ProcessIdentity: Sendable, Hashable {
  /// The machine's name.
  public var host: String
  /// The process id.
  public var pid: Int32
  /// When the process started, in kernel clock ticks since boot.
  public var startTicks: Int64
  /// The kernel's random name for this boot.
  public var bootID: String

  /// An identity of the given parts.
  public init(host: String, pid: Int32, startTicks: Int64, bootID: String) {
    self.host = host
    self.pid = pid
    self.startTicks = startTicks
    self.bootID = bootID
  }
}

/// What the catalog asks the operating system about processes. A value, so that a test can kill a process,
/// recycle its pid or reboot the machine by argument.
public struct ProcessTable: Sendable {
  /// Who is asking.
  public var current: @Sendable () throws -> ProcessIdentity
  /// When the process of this pid started, in ticks since boot; nil when there is none.
  public var startTicks: @Sendable (_ pid: Int32) -> Int64?
  /// The most memory this process has held so far, in bytes; nil when unknown.
  public var peakMemoryBytes: @Sendable () -> Int64?

  /// A table with the given answers.
  public init(
    current: @escaping @Sendable () throws -> ProcessIdentity,
    startTicks: @escaping @Sendable (_ pid: Int32) -> Int64?,
    peakMemoryBytes: @escaping @Sendable () -> Int64?
  ) {
    self.current = current
    self.startTicks = startTicks
    self.peakMemoryBytes = peakMemoryBytes
  }

  /// The running machine's, read from `/proc`.
  public static let system = ProcessTable(
    current: {
      let pid = ProcessInfo.processInfo.processIdentifier
      let boot = try String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
      let stat = try String(contentsOfFile: "/proc/self/stat", encoding: .utf8)
      guard let ticks = Self.startTicks(inStat: stat) else { throw CocoaError(.fileReadCorruptFile) }
      return ProcessIdentity(
        host: ProcessInfo.processInfo.hostName, pid: pid, startTicks: ticks,
        bootID: boot.trimmingCharacters(in: .whitespacesAndNewlines))
    },
    startTicks: { pid in
      guard let stat = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return nil }
      return Self.startTicks(inStat: stat)
    },
    peakMemoryBytes: { ProcessStatus.bytes(of: "VmHWM") }
  )

  /// Field 22 of `/proc/<pid>/stat`, or nil when the process is a zombie: it has ended and will not write
  /// again, though its parent has not yet asked. See proc(5).
  package static func startTicks(inStat stat: String) -> Int64? {
    // Field 2 is the program's name in parentheses, and a name may itself hold spaces and parentheses.
    guard let name = stat.lastIndex(of: ")") else { return nil }
    let fields = stat[stat.index(after: name)...].split(whereSeparator: \.isWhitespace)
    guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
    return Int64(fields[19])
  }
}

extension ProcessTable {
  /// Why a process that should be running is not, or nil when it is.
  ///
  /// - Precondition: both are of one host: of another host's processes nothing can be said from here.
  func reasonLost(_ process: ProcessIdentity, seenFrom observer: ProcessIdentity) -> String? {
    precondition(process.host == observer.host, "a process of another host cannot be judged from here")
    if process.bootID != observer.bootID {
      return "the machine was restarted before process \(process.pid) closed this run"
    }
    guard let ticks = startTicks(process.pid) else {
      return "process \(process.pid) ended without closing this run"
    }
    if ticks != process.startTicks {
      return "process \(process.pid) ended without closing this run, and its number went to another"
    }
    return nil
  }
}
