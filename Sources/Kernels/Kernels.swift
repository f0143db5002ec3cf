internal import CKernels

/// The kernels of one instruction set: a value that is passed in, so that nothing global picks a kernel.
///
/// The methods are thin: they check sizes and call C. They allocate and lock nothing, so any number of threads
/// may use one value at once, as long as their outputs do not overlap. Pointers need no alignment. A size of zero
/// is allowed everywhere and writes nothing, except where stated.
public struct Kernels: @unchecked Sendable {
  /// Columns in a panel of a packed right-hand matrix.
  public static let panel = 16

  /// The set whose kernels these are.
  public let instructionSet: InstructionSet

  // Constant, static memory: hence the unchecked Sendable.
  let table: UnsafePointer<octavo_kernels>

  /// The kernels of a set.
  /// - Throws: `InstructionSetError.unavailable` when this machine lacks it.
  public init(_ set: InstructionSet) throws {
    guard let table = octavo_kernels_for(set.isa) else {
      throw InstructionSetError.unavailable(set.rawValue, available: InstructionSet.available)
    }
    instructionSet = set
    self.table = table
  }
}
