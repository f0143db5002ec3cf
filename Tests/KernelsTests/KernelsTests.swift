import Kernels
import Testing

@Suite struct KernelsTests {
  // Would catch a table entry of the wrong architecture being handed out, or scalar being optional.
  @Test func scalarIsAlwaysThere() throws {
    #expect(InstructionSet.scalar.isAvailable)
    #expect(InstructionSet.available.first == .scalar)
    #expect(try Kernels(.scalar).instructionSet == .scalar)
  }

  // Would catch a preference order that ends with the slowest.
  @Test(.enabled(if: sets.count > 1, "this machine has scalar code alone")) func theBestSetIsAVector() throws {
    #expect(InstructionSet.best != .scalar)
    #expect(try Kernels(InstructionSet.best).instructionSet == InstructionSet.best)
  }
}
