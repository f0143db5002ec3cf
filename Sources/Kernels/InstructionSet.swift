internal import CKernels

/// An instruction set that the kernels are written for, in order of preference, best last.
///
/// Every set gives the same bits (a NaN equals any NaN), so the choice is one of speed alone.
public enum InstructionSet: String, CaseIterable, Sendable {
  /// Plain C, on every machine: the reference that the others are held to.
  case scalar
  /// x86-64 with AVX2 and FMA.
  case avx2
  /// The same with AVX-VNNI, which multiplies bytes into 32-bit sums.
  case avxvnni
  /// x86-64 with AVX-512 and its VNNI.
  case avx512vnni
  /// AArch64 with the dot product of bytes (FEAT_DotProd).
  case neon
  /// The same with FEAT_I8MM, which multiplies unsigned bytes by signed ones.
  case neonI8mm = "neon_i8mm"

  /// Whether this machine can run it.
  public var isAvailable: Bool { octavo_kernels_for(isa) != nil }

  /// The sets that this machine can run, best last. The first is always scalar.
  public static var available: [InstructionSet] { allCases.filter(\.isAvailable) }

  /// The fastest set that this machine can run.
  public static var best: InstructionSet { available.last ?? .scalar }

  /// The set that a person named, for example in the environment.
  /// - Parameters:
  ///   - name: one of the raw values.
  ///   - setting: where the name was read, for the message: `OCTAVO_ISA`.
  /// - Throws: `InstructionSetError` when the name is unknown or this machine lacks the set.
  public init(named name: String, setting: String) throws {
    guard let set = InstructionSet(rawValue: name) else {
      throw InstructionSetError.unknown("\(setting)=\(name)", available: Self.available)
    }
    guard set.isAvailable else {
      throw InstructionSetError.unavailable("\(setting)=\(name)", available: Self.available)
    }
    self = set
  }

  var isa: octavo_isa {
    switch self {
    case .scalar: OCTAVO_ISA_SCALAR
    case .avx2: OCTAVO_ISA_AVX2
    case .avxvnni: OCTAVO_ISA_AVXVNNI
    case .avx512vnni: OCTAVO_ISA_AVX512VNNI
    case .neon: OCTAVO_ISA_NEON
    case .neonI8mm: OCTAVO_ISA_NEON_I8MM
    }
  }
}

/// Why an instruction set cannot be used. The text is what the person wrote, `OCTAVO_ISA=avx9`.
public enum InstructionSetError: Error, Equatable, CustomStringConvertible {
  /// No instruction set has this name.
  case unknown(String, available: [InstructionSet])
  /// The name is known, the machine or this build lacks the set.
  case unavailable(String, available: [InstructionSet])

  /// One line that says what was asked for and what there is.
  public var description: String {
    switch self {
    case .unknown(let text, let available): "\(text): unknown instruction set; \(Self.list(available))"
    case .unavailable(let text, let available): "\(text): not on this machine; \(Self.list(available))"
    }
  }

  private static func list(_ available: [InstructionSet]) -> String {
    "this machine has: \(available.map(\.rawValue).joined(separator: ", "))"
  }
}
