import Foundation

/// The machine that a run happens on.
enum Machine {
  /// The processor's model name, or its architecture where the kernel does not say.
  static var cpu: String {
    let info = (try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)) ?? ""
    let line = info.split(separator: "\n").first { $0.hasPrefix("model name") }
    let name = line?.split(separator: ":", maxSplits: 1).last?.trimmingCharacters(in: .whitespaces)
    #if arch(x86_64)
      return name ?? "x86-64"
    #else
      return name ?? "AArch64"
    #endif
  }
}
