import Foundation

/// This process's memory, from `/proc/self/status`; see proc(5).
package enum ProcessStatus {
  /// A size in bytes: `VmHWM`, the most that was ever held in memory; `VmRSS`, what is held now. Nil where the kernel does
  /// not say.
  package static func bytes(of field: String) -> Int64? {
    guard let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8) else { return nil }
    return bytes(of: field, in: status)
  }

  /// The line `VmHWM:   1234 kB` of the file's text, in bytes.
  package static func bytes(of field: String, in status: String) -> Int64? {
    for line in status.split(separator: "\n") where line.hasPrefix("\(field):") {
      let words = line.split(whereSeparator: \.isWhitespace)
      return words.count > 1 ? Int64(words[1]).map { $0 * 1024 } : nil
    }
    return nil
  }
}
