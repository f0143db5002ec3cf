import Foundation
import Kernels
import StageKit
import TestSupport
import Testing

@Suite("Settings of the environment")
struct SettingsTests {
  @Test(
    "nothing set, or set to nothing: all cores, the best instruction set",
    arguments: [[:], ["OCTAVO_THREADS": "", "OCTAVO_ISA": ""]])
  func defaults(_ environment: [String: String]) throws {
    let settings = try Settings(environment: environment)
    #expect(settings.threads == ProcessInfo.processInfo.activeProcessorCount)
    #expect(settings.instructionSet == .best)
  }

  @Test("threads", arguments: [1, 2, 1024])
  func threads(_ count: Int) throws {
    let settings = try Settings(environment: ["OCTAVO_THREADS": "\(count)"])
    #expect(settings.threads == count)
    #expect(try settings.compute().pool.threads == count)
  }

  @Test(
    "a number of threads that is none", arguments: ["0", "-1", "1025", "two", "1.5", " 2", "99999999999999999999"])
  func badThreads(_ text: String) {
    #expect(throws: SettingsError.badThreads(text)) { try Settings(environment: ["OCTAVO_THREADS": text]) }
    #expect(
      SettingsError.badThreads(text).description == "OCTAVO_THREADS=\(text): expected a number of threads, 1 to 1024")
  }

  @Test("every instruction set of this machine", arguments: InstructionSet.available)
  func instructionSets(_ set: InstructionSet) throws {
    #expect(try Settings(environment: ["OCTAVO_ISA": set.rawValue]).instructionSet == set)
  }

  @Test("an instruction set that is none", arguments: ["avx9", "AVX2", "scalar "])
  func badInstructionSet(_ name: String) {
    let error = line { _ = try Settings(environment: ["OCTAVO_ISA": name]) }
    #expect(error?.hasPrefix("OCTAVO_ISA=\(name): unknown instruction set; this machine has: scalar") == true)
  }
}
