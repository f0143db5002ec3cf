import Foundation

/// A folder in which a model is compiled for a machine, measured and run.
struct Workplace {
  let machine: Machine
  let folder: String

  /// What exported code promises: standard C, and not one warning.
  private static let strict = ["-std=c99", "-O2", "-Wall", "-Wextra", "-Wconversion", "-pedantic", "-Werror"]

  /// Compiles the model by itself, strictly, and then the program around it.
  func compile() throws {
    try ToolRun(
      [machine.compiler] + Self.strict + machine.target.compiling + ["-c", "model.c", "-o", "model.o"], in: folder)
    let start = machine.startup.map { ["-nostartfiles", $0] } ?? []
    let memory = machine.memory.map { ["-T", $0] } ?? []
    // What watches itself is larger: the model is compiled again, and `model.o` is what is measured.
    let model = machine.checks.isEmpty ? "model.o" : "model.c"
    try ToolRun(
      [machine.compiler, "-std=c99", "-O2"] + machine.target + machine.checks + ["main.c", "reference.c", model] + start
        + memory
        + ["-o", "program"], in: folder)
  }

  /// The sizes of the model's own code, initialized data and other data, and a proof that it calls no function of
  /// floating point.
  func sections() throws -> (text: Int, data: Int, bss: Int) {
    let symbols = try ToolRun([machine.lister, "--undefined-only", "model.o"], in: folder).output
      .split(whereSeparator: \.isWhitespace).map(String.init)
    let floats = symbols.filter(FloatFunction.isOne)
    guard floats.isEmpty else { throw EmulationError.floatFunctions(machine: machine.name, floats) }
    let figures =
      try ToolRun([machine.sizer, "model.o"], in: folder).output.split(separator: "\n").last?
      .split(whereSeparator: \.isWhitespace).prefix(3).compactMap { Int($0) } ?? []
    guard figures.count == 3 else {
      throw EmulationError.failed(program: machine.sizer, code: 0, said: "no sizes of model.o")
    }
    return (figures[0], figures[1], figures[2])
  }

  /// Runs the program on `images.bin`; its answers come to lie in `answers.bin`.
  /// - Returns: the figures that it prints, a word and a number a line.
  func run() throws -> [String: Double] {
    let files = ["images.bin", "answers.bin"]
    let program =
      machine.emulator.first == "qemu-system-arm"
      ? [
        "-semihosting-config",
        "enable=on,target=native," + (["program"] + files).map { "arg=\($0)" }.joined(separator: ","), "-kernel",
        "program",
      ] : ["./program"] + files
    // A program that runs wild must end some time; the slowest of those that do not took two minutes.
    let output = try ToolRun(machine.emulator + program, in: folder, minutes: 30).output
    return Dictionary(
      output.split(separator: "\n").compactMap { line in
        let words = line.split(separator: " ")
        return words.count == 2 ? Double(words[1]).map { (String(words[0]), $0) } : nil
      }
    ) { $1 }
  }
}

extension [String] {
  /// Without options that a linker alone understands.
  fileprivate var compiling: [String] { filter { !$0.hasPrefix("--specs") && $0 != "-static" } }
}

/// The functions by which compilers compute in floats where a processor does not.
package enum FloatFunction {
  /// Whether a symbol is one of them: libgcc's names, or those of Arm's run-time ABI.
  package static func isOne(_ symbol: String) -> Bool {
    let arm = ["f", "d", "cf", "cd", "i2", "ui2", "l2", "ul2"].contains { symbol.hasPrefix("__aeabi_\($0)") }
    let endings = [
      "sf2", "sf3", "df2", "df3", "sfsi", "dfsi", "sisf", "sidf", "sfdi", "dfdi", "disf", "didf", "sfdf2", "dfsf2",
    ]
    return arm || symbol.hasPrefix("__") && endings.contains { symbol.hasSuffix($0) }
  }
}
