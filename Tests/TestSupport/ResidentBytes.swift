import Foundation

/// The bytes of a field of `/proc/self/status`: `VmRSS`, what the process holds in memory, or `VmHWM`, the most that it
/// ever held. For a test in a process of its own: others' threads count too.
public func residentBytes(_ field: String) throws -> Int {
  let status = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
  guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix("\(field):") }),
    let kibibytes = Int(line.filter(\.isNumber))
  else { throw CocoaError(.fileReadCorruptFile) }
  return kibibytes << 10
}
