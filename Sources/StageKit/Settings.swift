import Foundation
import Kernels

/// What the environment chooses: how fast, never what.
public struct Settings: Sendable, Equatable {
  /// Threads to compute with.
  public let threads: Int
  /// The instruction set of the kernels.
  public let instructionSet: InstructionSet

  /// The settings of an environment: `OCTAVO_THREADS`, all cores unless set; `OCTAVO_ISA`, the best unless set.
  /// - Throws: `SettingsError` or `InstructionSetError`, naming the variable.
  public init(environment: [String: String] = ProcessInfo.processInfo.environment) throws {
    let wanted = environment["OCTAVO_THREADS"] ?? ""
    if wanted.isEmpty {
      threads = ProcessInfo.processInfo.activeProcessorCount
    } else {
      guard let count = Int(wanted), (1...1024).contains(count) else { throw SettingsError.badThreads(wanted) }
      threads = count
    }
    let set = environment["OCTAVO_ISA"] ?? ""
    instructionSet = set.isEmpty ? .best : try InstructionSet(named: set, setting: "OCTAVO_ISA")
  }

  /// What engines compute with.
  public func compute() throws -> Compute {
    Compute(kernels: try Kernels(instructionSet), pool: ThreadPool(threads: threads))
  }
}

/// A setting that makes no sense.
public enum SettingsError: Error, Equatable, CustomStringConvertible {
  /// A number of threads that is none.
  case badThreads(String)

  /// One line.
  public var description: String {
    switch self {
    case .badThreads(let found): "OCTAVO_THREADS=\(found): expected a number of threads, 1 to 1024"
    }
  }
}
