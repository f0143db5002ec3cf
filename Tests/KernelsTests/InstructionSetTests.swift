import Kernels
import Testing

@Suite struct InstructionSetTests {
  // One test for each set, so that what a machine cannot show is skipped aloud.
  @Test(.needs(.avx2)) func avx2IsTested() { #expect(sets.contains(.avx2)) }
  @Test(.needs(.avxvnni)) func avxvnniIsTested() { #expect(sets.contains(.avxvnni)) }
  @Test(.needs(.avx512vnni)) func avx512vnniIsTested() { #expect(sets.contains(.avx512vnni)) }
  @Test(.needs(.neon)) func neonIsTested() { #expect(sets.contains(.neon)) }
  @Test(.needs(.neonI8mm)) func neonI8mmIsTested() { #expect(sets.contains(.neonI8mm)) }

  @Test(arguments: InstructionSet.available) func aNameFindsItsSet(_ set: InstructionSet) throws {
    #expect(try InstructionSet(named: set.rawValue, setting: "OCTAVO_ISA") == set)
  }

  // Would catch a silent fall-back to scalar after a typing error.
  @Test func anUnknownNameIsRefused() {
    #expect(throws: InstructionSetError.unknown("OCTAVO_ISA=avx9", available: InstructionSet.available)) {
      try InstructionSet(named: "avx9", setting: "OCTAVO_ISA")
    }
  }

  @Test func messagesNameWhatThereIs() {
    let unknown = InstructionSetError.unknown("OCTAVO_ISA=avx9", available: [.scalar, .avx2])
    #expect(
      "\(unknown)" == "OCTAVO_ISA=avx9: unknown instruction set; this machine has: scalar, avx2")
    let missing = InstructionSetError.unavailable("avx2", available: [.scalar])
    #expect("\(missing)" == "avx2: not on this machine; this machine has: scalar")
  }
}
