import Exporting
import Foundation
import Kernels
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// Models as C, compiled into one program and run on images.
struct CModelRun {
  /// A model and what enters it.
  struct Subject {
    let name: String
    let model: QuantizedModel
    /// Whole images of bytes (image, channel, row, column).
    let pixels: [UInt8]

    var count: Int { pixels.count / model.network.input.count }
  }

  /// What a model in C made of one image.
  struct Answer {
    /// By number of the value, what left each layer (row, column, channel), as stored.
    var traced: [Int: [UInt8]] = [:]
    /// The scores' bytes.
    var scores: [UInt8] = []
    /// The class.
    var best = -1
  }

  let subjects: [Subject]
  private let programs: [IntegerProgram]
  /// The models in C.
  let models: [CModel]
  private let folder: TemporaryFolder

  init(_ subjects: [Subject], rounding: CRounding = .exact) throws {
    self.subjects = subjects
    folder = try TemporaryFolder()
    programs = try subjects.map { try IntegerProgram($0.model, compute: Compute()) }
    models = try programs.enumerated().map { index, program in
      try CModel(program, rounding: rounding, origin: [("int8", "0123")], prefix: "m\(index)")
    }
    for (index, model) in models.enumerated() {
      try folder.write(model.header, to: "m\(index).h")
      try folder.write(model.source, to: "m\(index).c")
    }
    try folder.write(traceHeader, to: "trace.h")
    try folder.write(main, to: "main.c")
    try Data(subjects.flatMap(\.pixels)).write(to: URL(fileURLWithPath: folder.path("pixels")))
  }

  /// Compiles, runs, and reads what came out, image by image of each model.
  func answers(_ compiler: CCompiler, flags: [String] = ["-O2"]) throws -> [[Answer]] {
    let sources = ["main.c"] + models.indices.map { "m\($0).c" }
    let build = try Command.run(
      compiler.path, CCompiler.warnings + flags + ["-include", "trace.h", "-o", "run"] + sources,
      in: folder.path)
    try #require(build.code == 0, "\(build.errors)")
    let run = try Command.run(folder.path("run"), ["pixels"], in: folder.path)
    try #require(run.code == 0, "\(run.errors)")
    return try read([UInt8](run.output))
  }

  /// Holds answers to the engine: every integer of every layer, every score, every class.
  func expectTheEngines(_ answers: [[Answer]]) throws {
    for (index, subject) in subjects.enumerated() {
      let (program, input) = (programs[index], subject.model.network.input)
      let engine = try QuantizedEngine(subject.model, capacity: subject.count, compute: Compute())
      let images = ImageSet(
        shape: [input.channels, input.height, input.width], pixels: subject.pixels,
        labels: [UInt8](repeating: 0, count: subject.count))
      _ = engine.logits(images.floats(0..<subject.count), count: subject.count)
      for (number, value) in program.values.enumerated() {
        let expected = engine.integers(of: value.name, count: subject.count)
        let order = value.shape.image.pytorchOrder
        for (image, answer) in answers[index].enumerated() {
          let own = Array(expected[image * order.count..<(image + 1) * order.count])
          if let traced = answer.traced[number] {
            #expect(traced == order.map { own[$0] }, "\(subject.name), \(value.name), image \(image)")
          }
          guard number == program.values.count - 1 else { continue }
          let offset: UInt8 = value.dtype == .s8 ? 128 : 0
          #expect(answer.scores == own.map { $0 &- offset }, "\(subject.name), scores of image \(image)")
          #expect(answer.best == own.firstIndex(of: own.max() ?? 0), "\(subject.name), class of image \(image)")
        }
      }
    }
  }

  // MARK: The program

  private var traceHeader: String {
    """
    #include <stdint.h>
    void trace(int32_t layer, const uint8_t *bytes, int32_t count);

    """ + models.indices.map { "#define M\($0)_TRACE(layer, bytes, count) trace(layer, bytes, count)\n" }.joined()
  }

  private var main: String {
    let runs = subjects.enumerated().map { index, subject in
      """
      static void run_\(index)(void) {
        for (int image = 0; image < \(subject.count); image++) {
          uint8_t *pixels = room(M\(index)_PIXELS), *scratch = room(M\(index)_SCRATCH_BYTES);
          m\(index)_score *scores = room(M\(index)_CLASSES);
          if (fread(pixels, 1, M\(index)_PIXELS, input) != M\(index)_PIXELS) exit(3);
          const int32_t best = m\(index)_predict(pixels, scores, scratch);
          trace(-1, (const uint8_t *)scores, M\(index)_CLASSES);
          trace(best, pixels, 0);
          free(pixels);
          free(scratch);
          free(scores);
        }
      }

      """
    }
    return """
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>

      """ + models.indices.map { "#include \"m\($0).h\"\n" }.joined() + """

        static FILE *input;

        static void *room(size_t bytes) {
          void *memory = malloc(bytes);
          if (!memory) exit(2);
          return memset(memory, 0xA5, bytes);
        }

        void trace(int32_t layer, const uint8_t *bytes, int32_t count) {
          fwrite(&layer, sizeof layer, 1, stdout);
          fwrite(&count, sizeof count, 1, stdout);
          fwrite(bytes, 1, (size_t)count, stdout);
        }

        """ + runs.joined() + """
          int main(int count, char **words) {
            input = count > 1 ? fopen(words[1], "rb") : NULL;
            if (!input) return 2;

          """ + models.indices.map { "  run_\($0)();\n" }.joined() + "  fclose(input);\n  return 0;\n}\n"
  }

  private func read(_ bytes: [UInt8]) throws -> [[Answer]] {
    var at = 0
    func number() throws -> Int {
      try #require(at + 4 <= bytes.count)
      at += 4
      return Int(bytes[at - 4..<at].reversed().reduce(Int32(0)) { $0 << 8 | Int32($1) })
    }
    func record() throws -> (Int, [UInt8]) {
      let (layer, count) = (try number(), try number())
      at += count
      return (layer, Array(bytes[at - count..<at]))
    }
    return try subjects.map { subject in
      try (0..<subject.count).map { _ in
        var answer = Answer()
        while true {
          let (layer, values) = try record()
          if layer >= 0 {
            answer.traced[layer] = values
          } else {
            answer.scores = values
            answer.best = try record().0
            return answer
          }
        }
      }
    }
  }
}
