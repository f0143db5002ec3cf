import Catalog
import Foundation

/// How much memory some work takes at its height.
package struct PeakMemory {
  /// Lets the mark of the most memory held, `VmHWM`, start anew from what is held now; false where the kernel does not.
  private let resetMark: () -> Bool
  /// The process's size under a name of `/proc/self/status`, in bytes.
  private let bytes: (_ field: String) -> Int64?

  /// A measurement that asks these; a test answers in the kernel's place.
  package init(resetMark: @escaping () -> Bool, bytes: @escaping (_ field: String) -> Int64?) {
    self.resetMark = resetMark
    self.bytes = bytes
  }

  /// The running process's.
  package static var system: PeakMemory {
    PeakMemory(
      resetMark: {
        // What was freed before goes back to the system: reused, it would not count.
        _ = trim?(0)
        // 5: the mark of the highest size starts anew (proc(5)).
        return (try? Data("5".utf8).write(to: URL(fileURLWithPath: "/proc/self/clear_refs"))) != nil
      }, bytes: ProcessStatus.bytes(of:))
  }

  /// The most bytes that the process holds in memory while `body` runs, beyond those that it held before; nil where the
  /// kernel does not say. Memory that others' threads take meanwhile counts too.
  package func during<Result>(_ body: () throws -> Result) rethrows -> (result: Result, bytes: Int64?) {
    let isReset = resetMark()
    let before = bytes("VmRSS")
    let result = try body()
    guard isReset, let before, let highest = bytes("VmHWM") else { return (result, nil) }
    return (result, max(highest - before, 0))
  }

  /// glibc's `malloc_trim`, which Swift's module of it leaves out; other C libraries have none.
  private static let trim = dlsym(nil, "malloc_trim").map {
    unsafeBitCast($0, to: (@convention(c) (Int) -> Int32).self)
  }
}
