/// An estimate of the energy of one inference, from operations and bytes moved.
///
/// Source of the figures: M. Horowitz, "Computing's energy problem (and what we can do about it)", ISSCC 2014, pages
/// 10-14: 45 nm, 0.9 V. It is no measurement: no control, no instruction fetch, no idle silicon, and no machine of today.
public struct EnergyEstimate: Sendable, Equatable {
  /// Picojoules of products and sums.
  public let arithmetic: Double
  /// Picojoules of all bytes moved, if all lie in an on-chip memory of 1 MB.
  public let onChip: Double
  /// Picojoules of all bytes moved, if parameters come from DRAM and activations lie on the chip.
  public let fromDRAM: Double

  /// Picojoules of an 8-bit integer product and its 32-bit sum: 0.2 + 0.1.
  static let integerProduct = 0.2 + 0.1
  /// Picojoules of a 32-bit float product and its sum: 3.7 + 0.9.
  static let floatProduct = 3.7 + 0.9
  /// Picojoules of a byte of a 1 MB cache: 100 for 64 bits.
  static let cacheByte = 100.0 / 8
  /// Picojoules of a byte of DRAM: 1,300 for 64 bits, the least of the range given.
  static let memoryByte = 1300.0 / 8

  /// The estimate for some work.
  public init(_ work: Work) {
    arithmetic =
      Double(work.integerProducts) * Self.integerProduct + Double(work.floatProducts) * Self.floatProduct
    let activations = Double(work.activationBytes) * Self.cacheByte
    onChip = Double(work.weightBytes) * Self.cacheByte + activations
    fromDRAM = Double(work.weightBytes) * Self.memoryByte + activations
  }
}
