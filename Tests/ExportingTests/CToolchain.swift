import Foundation
import TestSupport
import Testing

/// A compiler of C on this machine.
struct CCompiler: Sendable, CustomTestStringConvertible {
  /// What every file of ours compiles under.
  static let warnings = ["-std=c99", "-Wall", "-Wextra", "-Wconversion", "-pedantic", "-Werror"]

  let path: String
  /// What finds reads and writes beside arrays, and what C leaves undefined; empty where there is nothing.
  let sanitizers: [String]

  var testDescription: String { path }

  /// Where a program lies, of the folders on the PATH and Swift's own; nil where it is in none.
  static func program(_ name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
    return (folders + ["/opt/swift/usr/bin"]).map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Those that are here, of cc and clang.
  static let all: [CCompiler] = {
    ["gcc", "clang"].compactMap(program).map { path in
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

/// By which instructions exported C is told to add products up. Those that this machine lacks are functions of C.
enum CInstructions: String, CaseIterable, Sendable {
  case none, dsp, mve

  /// What a compiler for such a processor would say, and where the instructions are.
  var flags: [String] {
    let folder = ["-isystem", Self.folder.appendingPathComponent("intrinsics").path]
    return switch self {
    case .none: []
    case .dsp: folder + ["-D__ARM_FEATURE_SIMD32=1"]
    case .mve: folder + ["-D__ARM_FEATURE_SIMD32=1", "-D__ARM_FEATURE_MVE=1"]
    }
  }

  /// The instructions as C, and what calls the sums.
  static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Emulated/dot")
}
