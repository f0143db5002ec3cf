internal import CKernels

/// What an instruction set can reach at most on this machine: loops that multiply and add in registers, or move bytes.
///
/// A benchmark divides a kernel's rate by theirs; they compute nothing that anyone reads.
public struct Peaks: @unchecked Sendable {
  /// A loop in registers.
  public enum Loop: String, CaseIterable, Sendable {
    /// Fused multiply-adds of 32-bit floats.
    case f32
    /// u8 * s8 in 32-bit sums, by the way that is fastest where two products fit in 16 bits.
    case pairwise
    /// u8 * s8 in 32-bit sums, by the way that is fastest for all operands.
    case wide
  }

  /// The set whose ceilings these are.
  public let instructionSet: InstructionSet
  // Constant, static memory: hence the unchecked Sendable.
  private let table: UnsafePointer<octavo_peaks>

  /// The loops of a set.
  /// - Throws: `InstructionSetError.unavailable` when this machine lacks it.
  public init(_ set: InstructionSet) throws {
    guard set.isAvailable else {
      throw InstructionSetError.unavailable(set.rawValue, available: InstructionSet.available)
    }
    instructionSet = set
    table = octavo_peaks_for(Int32(set.isa.rawValue))
  }

  /// Multiplications and additions of one round of a loop, each counted as one.
  public func operations(of loop: Loop) -> Int { peak(loop).operations }

  /// Runs a loop.
  public func run(_ loop: Loop, rounds: Int) {
    precondition(rounds >= 0, "Peaks: \(rounds) rounds")
    peak(loop).run(rounds)
  }

  /// Reads `bytes` bytes and writes as many, which may be the same ones; of the last few up to 128 are left out.
  public func copy(bytes: Int, from: UnsafeRawPointer, to: UnsafeMutableRawPointer) {
    precondition(bytes >= 0, "Peaks: a size is negative")
    table.pointee.copy(bytes, from, to)
  }

  /// Reads `bytes` bytes, but for the last few, up to 128.
  public func read(bytes: Int, from: UnsafeRawPointer) {
    precondition(bytes >= 0, "Peaks: a size is negative")
    table.pointee.read(bytes, from)
  }

  private func peak(_ loop: Loop) -> octavo_peak {
    switch loop {
    case .f32: table.pointee.f32
    case .pairwise: table.pointee.u8s8_pairwise
    case .wide: table.pointee.u8s8_wide
    }
  }
}
