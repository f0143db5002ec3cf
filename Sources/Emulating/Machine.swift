/// A machine on which an exported model is compiled and run: this one, or one that an emulator stands in for.
public struct Machine: Sendable, Equatable {
  /// The name by which a person asks for it.
  public let name: String
  /// Its processor, for a reader.
  public let processor: String
  /// The C compiler.
  public let compiler: String
  /// Options of the compiler that choose the processor, and what a program for it is linked with.
  public let target: [String]
  /// Options by which the compiler has a program watch itself: errors of memory and of undefined behaviour end it.
  let checks: [String]
  /// The harness's file in which a program for it starts; nil where the C library has one.
  package let startup: String?
  /// The harness's file that tells a linker where memory lies; nil where the system does.
  package let memory: String?
  /// The program that prints the sizes of an object's sections.
  public let sizer: String
  /// The program that lists an object's symbols.
  public let lister: String
  /// The emulator and its options before the program's name; empty where programs run by themselves.
  public let emulator: [String]

  /// A Cortex-M on one of Arm's MPS boards, which QEMU stands in for. Files are read and written by semihosting. None of
  /// its programs may use instructions of floating point: an operation on floats is a call, and a call is seen.
  /// - Parameter vectors: whether it has MVE, of which the part for integers is used. MVE lives in the registers of
  ///   floating point, which compilers leave alone under `soft`; calls are the same under `softfp`.
  private static func cortexM(
    _ name: String, _ processor: String, board: String, memory: String, vectors: Bool = false
  ) -> Machine {
    let target = vectors ? ["-mcpu=\(name)+nofp", "-mfloat-abi=softfp"] : ["-mcpu=\(name)", "-mfloat-abi=soft"]
    return Machine(
      name: name, processor: processor, compiler: "arm-none-eabi-gcc",
      target: target + ["-mthumb", "--specs=rdimon.specs"], checks: [], startup: "startup.c", memory: memory,
      sizer: "arm-none-eabi-size", lister: "arm-none-eabi-nm",
      emulator: [
        "qemu-system-arm", "-machine", board, "-nographic", "-monitor", "none", "-serial", "none", "-icount", "shift=0",
      ])
  }

  /// All machines, this one first.
  public static let all: [Machine] = [
    Machine(
      name: "host", processor: "this machine's, under the sanitizers of addresses and undefined behaviour",
      compiler: "gcc", target: [], checks: ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
      startup: nil, memory: nil, sizer: "size", lister: "nm", emulator: []),
    cortexM("cortex-m3", "Arm Cortex-M3", board: "mps2-an385", memory: "mps2.ld"),
    cortexM("cortex-m4", "Arm Cortex-M4 with DSP", board: "mps2-an386", memory: "mps2.ld"),
    cortexM("cortex-m7", "Arm Cortex-M7 with DSP", board: "mps2-an500", memory: "mps2.ld"),
    cortexM("cortex-m55", "Arm Cortex-M55 with MVE", board: "mps3-an547", memory: "mps3.ld", vectors: true),
    Machine(
      name: "riscv64", processor: "RISC-V, 64 bits", compiler: "riscv64-linux-gnu-gcc", target: ["-static"],
      checks: [], startup: nil, memory: nil, sizer: "riscv64-linux-gnu-size", lister: "riscv64-linux-gnu-nm",
      emulator: ["qemu-riscv64"]),
  ]

  /// The machine of a name.
  /// - Throws: `EmulationError.unknownMachine`, with the names there are.
  public init(named name: String) throws(EmulationError) {
    guard let machine = Self.all.first(where: { $0.name == name }) else { throw .unknownMachine(name) }
    self = machine
  }

  private init(
    name: String, processor: String, compiler: String, target: [String], checks: [String], startup: String?,
    memory: String?, sizer: String, lister: String, emulator: [String]
  ) {
    (self.name, self.processor, self.compiler, self.target) = (name, processor, compiler, target)
    (self.checks, self.startup, self.memory, self.emulator) = (checks, startup, memory, emulator)
    (self.sizer, self.lister) = (sizer, lister)
  }
}

/// What can be wrong with a run on another machine.
public enum EmulationError: Error, Equatable, CustomStringConvertible {
  /// No machine has that name.
  case unknownMachine(String)
  /// A program that is not on the PATH.
  case missingProgram(String)
  /// A program that ended badly, with the first line that it said.
  case failed(program: String, code: Int32, said: String)
  /// Test vectors without a tensor, or with one of another shape.
  case badVectors(String)
  /// An answer that is not as long as the images are many.
  case wrongLength(expected: Int, found: Int)
  /// Scores that are not the engine's.
  case otherScores(machine: String, images: Int, of: Int, first: Int)
  /// Functions of floating point in the program of a model that has none.
  case floatFunctions(machine: String, [String])

  /// One line: where, expected, found, what to do.
  public var description: String {
    switch self {
    case .unknownMachine(let name):
      "--machine: expected one of \(Machine.all.map(\.name).joined(separator: ", ")), found '\(name)'"
    case .missingProgram(let name): "no '\(name)' on the PATH; make setup-emulators installs it"
    case .failed(let program, let code, let said): "\(program): exit code \(code): \(said)"
    case .badVectors(let reason): "test vectors: \(reason); make them again with export --format vectors"
    case .wrongLength(let expected, let found):
      "expected \(expected) bytes of the model's answers, found \(found)"
    case .otherScores(let machine, let images, let all, let first):
      "\(machine): expected the engine's scores, found other ones for \(images) of \(all) images, the first of them "
        + "image \(first); this is a defect of the exported code or of the compiler"
    case .floatFunctions(let machine, let names):
      "\(machine): expected code without floating point, found calls of \(names.joined(separator: ", "))"
    }
  }
}
