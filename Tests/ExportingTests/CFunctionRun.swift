import Exporting
import Foundation
import Kernels
import QuantizedLayers
import TestSupport
import Testing

/// A function of generated C that no other file sees, called by itself: the program includes the model's file.
enum CFunctionRun {
  /// What the function makes of each call.
  /// - Parameters:
  ///   - model: one whose C holds the function.
  ///   - expression: the call, of words `c[0]`, `c[1]` and so on.
  ///   - words: those of all calls.
  static func answers(
    _ expression: String, in model: QuantizedModel, rounding: CRounding = .exact, words: [[Int32]]
  ) throws -> [Int32] {
    let folder = try TemporaryFolder()
    let code = try CModel(IntegerProgram(model, compute: Compute()), rounding: rounding, origin: [])
    try folder.write(code.header, to: "model.h")
    try folder.write(code.source, to: "model.c")
    try folder.write(
      """
      #include <stdio.h>
      #include "model.c"
      int main(void) {
        static int32_t c[\(words[0].count)];
        while (fread(c, sizeof c, 1, stdin) == 1) {
          const int32_t answer = \(expression);
          fwrite(&answer, sizeof answer, 1, stdout);
        }
        return 0;
      }

      """, to: "main.c")
    let compiler = try #require(CCompiler.all.first)
    let flags = CCompiler.warnings + ["-O1"] + compiler.sanitizers
    let build = try Command.run(compiler.path, flags + ["-o", "run", "main.c"], in: folder.path)
    try #require(build.code == 0, "\(build.errors)")
    let run = try Command.run(folder.path("run"), [], input: words.flatMap { $0 }.withUnsafeBytes { Data($0) })
    try #require(run.code == 0, "\(run.errors)")
    try #require(run.output.count == 4 * words.count)
    return run.output.withUnsafeBytes { bytes in
      words.indices.map { bytes.loadUnaligned(fromByteOffset: 4 * $0, as: Int32.self) }
    }
  }
}
