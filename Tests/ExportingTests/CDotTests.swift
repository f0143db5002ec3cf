import Emulating
import Exporting
import Foundation
import Kernels
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Testing

/// Sums of products in generated C: by each of the ways between which a compiler chooses, the same.
@Suite(.enabled(if: !CCompiler.all.isEmpty, Comment(rawValue: CCompiler.absence)))
struct CDotTests {
  // In 64 bits, one by one, is the oracle. Every extreme of both operands, any size around a vector's, any address.
  @Test(arguments: CCompiler.all, CInstructions.allCases)
  func sumsAreExact(_ compiler: CCompiler, _ instructions: CInstructions) throws {
    let folder = try DotProgram.folder()
    let build = try Command.run(
      compiler.path,
      CCompiler.warnings + ["-O1"] + compiler.sanitizers + instructions.flags + ["-o", "run", DotProgram.file],
      in: folder.path)
    try #require(build.code == 0, "\(build.errors)")
    try DotProgram.expectEqual(Command.run(folder.path("run"), []))
  }

  // The way that a processor has is the one that is compiled: MVE before DSP, and none where bytes lie the other way.
  @Test(arguments: [
    ([], [false, false]), (["-D__ARM_FEATURE_SIMD32=1"], [true, false]),
    (["-D__ARM_FEATURE_SIMD32=1", "-D__ARM_FEATURE_MVE=1"], [false, true]),
    (["-D__ARM_FEATURE_SIMD32=1", "-D__ARM_FEATURE_MVE=3"], [false, true]), (["-D__ARM_FEATURE_MVE=1"], [false, true]),
    (["-D__ARM_FEATURE_SIMD32=1", "-D__ARM_FEATURE_MVE=0"], [true, false]),
    (["-D__ARM_FEATURE_SIMD32=1", "-D__ARM_FEATURE_MVE=1", "-D__ARM_BIG_ENDIAN=1"], [true, false]),
  ])
  func theCompilerChooses(_ macros: [String], _ expected: [Bool]) throws {
    let folder = try DotProgram.folder()
    let compiler = try #require(CCompiler.all.first)
    let includes = Array(CInstructions.mve.flags.prefix(2))
    let read = try Command.run(compiler.path, ["-E", "-P"] + includes + macros + ["model.c"], in: folder.path)
    try #require(read.code == 0, "\(read.errors)")
    let text = String(decoding: read.output, as: UTF8.self)
    #expect(["__smlad", "vmladavaq_s8"].map { text.contains($0) } == expected)
    // Each sum is there once, whichever it is.
    for head in ["static int32_t dot(", "static int32_t dot_from("] {
      #expect(text.components(separatedBy: head).count == 2, "\(head)")
    }
  }
}

/// The same on emulated processors, by their own instructions.
@Suite(
  .enabled("there is no arm-none-eabi-gcc or no qemu-system-arm on the PATH; make setup-emulators brings them") {
    CCompiler.program("arm-none-eabi-gcc") != nil && CCompiler.program("qemu-system-arm") != nil
  })
struct CDotDeviceTests {
  /// What each machine multiplies by.
  private static let instructions = [
    ("cortex-m3", "\\tmla\\t"), ("cortex-m4", "smlad"), ("cortex-m7", "smlad"),
    ("cortex-m55", "vmladava\\.s8"),
  ]

  @Test(arguments: instructions) func sumsAreExact(_ name: String, _ instruction: String) throws {
    let machine = try Machine(named: name)
    let (compiler, emulator) = (
      try #require(CCompiler.program(machine.compiler)), try #require(CCompiler.program(machine.emulator[0]))
    )
    let folder = try DotProgram.folder()
    let (startup, memory) = (try #require(machine.startup), try #require(machine.memory))
    let device = CInstructions.folder.deletingLastPathComponent().appendingPathComponent("device")
    for file in [startup, memory, "sections.ld"] {
      try folder.write(String(contentsOf: device.appendingPathComponent(file), encoding: .utf8), to: file)
    }
    let build = try Command.run(
      compiler,
      ["-std=c99", "-O2"] + machine.target + [
        DotProgram.file, "-nostartfiles", startup, "-T", memory, "-o", "program",
      ],
      in: folder.path)
    try #require(build.code == 0, "\(build.errors)")
    let run = try Command.run(
      emulator,
      machine.emulator.dropFirst() + [
        "-semihosting-config", "enable=on,target=native,arg=program", "-kernel", "program",
      ], in: folder.path)
    try DotProgram.expectEqual(run)
    let object = try Command.run(
      compiler, ["-std=c99", "-O2"] + machine.target.filter { !$0.hasPrefix("--specs") } + ["-S", "model.c"],
      in: folder.path)
    try #require(object.code == 0, "\(object.errors)")
    let text = try String(contentsOfFile: folder.path("model.s"), encoding: .utf8)
    let others = Self.instructions.map(\.1).filter { $0 != instruction && $0 != Self.instructions[0].1 }
    #expect(text.range(of: instruction, options: .regularExpression) != nil)
    for other in others { #expect(text.range(of: other, options: .regularExpression) == nil, "\(other)") }
  }
}

/// The program that compares sums of products with those that are computed one by one.
private enum DotProgram {
  static let file = "dot_equal.c"

  /// A folder with a model that calls both sums, and the program that compares them.
  static func folder() throws -> TemporaryFolder {
    let network = Network(
      2, 4, 4,
      layers: [
        Layer("conv", .conv2d(Conv2d(out: 2, kernel: 2, padding: 1))), Layer("flat", .flatten),
        Layer("fc", .linear(Linear(out: 3))),
      ])
    let model = try QuantizedModel(
      network, scales: [Network.inputName: .u8(0.01, 7), "conv": .u8(1.5, 99), "fc": .u8(1.5, 99)])
    let code = try CModel(IntegerProgram(model, compute: Compute()), origin: [])
    let folder = try TemporaryFolder()
    try folder.write(code.header, to: "model.h")
    try folder.write(code.source, to: "model.c")
    let program = CInstructions.folder.appendingPathComponent(file)
    try folder.write(String(contentsOf: program, encoding: .utf8), to: file)
    return folder
  }

  static func expectEqual(_ ending: Command.Ending) throws {
    let said = String(decoding: ending.output, as: UTF8.self)
    #expect(ending.code == 0, "\(said)\(ending.errors)")
    let lines = said.split(separator: "\n")
    // Some of 25 fills, 6 zero points, 4 offsets and 68 sizes, and long ones: those whose sum fits 32 bits.
    let cases = try #require(lines.first?.split(separator: " ").last.flatMap { Int($0) })
    #expect(cases > 25 * 6 * 4 * 68 && lines.last == "differing 0", "\(said)")
  }
}
