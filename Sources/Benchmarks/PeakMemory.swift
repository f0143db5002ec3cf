import Foundation

/// How much memory some work takes at its height.
package enum PeakMemory {
  /// The most bytes that the process holds in memory while `body` runs, beyond those that it held before; nil where the
  /// kernel does not say. Memory that others' threads take meanwhile counts too.
  package static func during<Result>(_ body: () throws -> Result) rethrows -> (result: Result, bytes: Int64?) {
    // What was freed before goes back to the system: reused, it would not count.
    _ = trim?(0)
    // 5: the mark of the highest size starts anew (proc(5)).
    let isReset = (try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))) != nil
    let before = bytes(of: "VmRSS")
    let result = try body()
    guard isReset, let before, let highest = bytes(of: "VmHWM") else { return (result, nil) }
    return (result, max(highest - before, 0))
  }

  /// glibc's `malloc_trim`, which Swift's module of it leaves out; other C libraries have none.
  private static let trim = dlsym(nil, "malloc_trim").map {
    unsafeBitCast($0, to: (@convention(c) (Int) -> Int32).self)
  }

  private static func bytes(of field: String) -> Int64? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    return bytes(of: field, inStatus: status)
  }

  /// The line `VmHWM:   1234 kB` of `/proc/self/status`, in bytes.
  package static func bytes(of field: String, inStatus status: String) -> Int64? {
    for line in status.split(separator: "\n") where line.hasPrefix("\(field):") {
      let words = line.split(whereSeparator: \.isWhitespace)
      return words.count > 1 ? Int64(words[1]).map { $0 * 1024 } : nil
    }
    return nil
  }
}
