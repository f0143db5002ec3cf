import Networks
import Tensors

/// The interface of a model in C.
struct CHeader {
  let text: String

  init(_ parts: CModelParts, origin: [(key: String, value: String)], prefix: String) {
    let (macro, program) = (prefix.uppercased(), parts.program)
    let (image, scores) = (program.values[0].shape.image, program.output)
    let isSigned = scores.dtype == .s8
    var writer = CWriter()
    writer.preamble(parts, origin: origin)
    for line in [
      "#ifndef \(macro)_H", "#define \(macro)_H", "", "#include <stdint.h>", "", "#ifdef __cplusplus",
      "extern \"C\" {", "#endif", "",
    ] {
      writer.line(line)
    }
    writer.macros([
      ("\(macro)_CHANNELS", "\(image.channels)", "of an image"), ("\(macro)_HEIGHT", "\(image.height)", ""),
      ("\(macro)_WIDTH", "\(image.width)", ""), ("\(macro)_PIXELS", "\(image.count)", "of all channels"),
      ("\(macro)_CLASSES", "\(scores.shape.image.count)", "as many scores leave"),
      ("\(macro)_SCRATCH_BYTES", "\(parts.memory.scratchBytes)", "of any alignment"),
      ("\(macro)_CONSTANT_BYTES", "\(parts.memory.constantBytes)", "weights, multipliers and tables, in flash"),
      (
        "\(macro)_SCORE_ZERO_POINT", "\(scores.parameters.zeroPoint)",
        "score q stands for \(scores.parameters.scale) * (q - zero point)"
      ),
    ])
    writer.line("/* A score of one class. */")
    writer.line("typedef \(isSigned ? "int8_t" : "uint8_t") \(prefix)_score;")
    writer.line()
    writer.line("/*")
    for line in [
      "Classifies an image.",
      "  pixels   \(macro)_PIXELS bytes in the order (channel, row, column); they stay as they are",
      "  scores   room for \(macro)_CLASSES scores",
      "  scratch  \(macro)_SCRATCH_BYTES bytes that nothing else uses during the call; what they hold does not matter",
      "Returns the class of the greatest score, the first of several.",
    ] {
      writer.line(" * \(line)")
    }
    writer.line(" */")
    writer.line("int32_t \(prefix)_predict(const uint8_t *pixels, \(prefix)_score *scores, uint8_t *scratch);")
    for line in ["", "#ifdef __cplusplus", "}", "#endif", "", "#endif"] { writer.line(line) }
    text = writer.text
  }
}

extension CWriter {
  /// What a file is and where it comes from.
  mutating func preamble(_ parts: CModelParts, origin: [(key: String, value: String)]) {
    let rounding =
      switch parts.rounding {
      case .exact: "sums become integers exactly as in Octavo's integer engine"
      case .tfliteDouble: "sums become integers as in TensorFlow Lite, rounded twice"
      case .tfliteSingle: "sums become integers as in TensorFlow Lite under single rounding"
      }
    line("/*")
    line(" * \(CText.comment(parts.program.network.name)) in integers, C99. Written by Octavo; do not edit.")
    line(" * Profile \(parts.program.profile.name); \(rounding).")
    for (key, value) in origin { line(" * \(CText.comment("\(key): \(value)"))") }
    line(" */")
  }

  /// Macros with what they mean, in columns.
  fileprivate mutating func macros(_ macros: [(name: String, value: String, meaning: String)]) {
    let width = macros.map { $0.name.count + $0.value.count }.max() ?? 0
    for (name, value, meaning) in macros {
      let gap = String(repeating: " ", count: width - name.count - value.count + 2)
      line("#define \(name) \(value)" + (meaning.isEmpty ? "" : "\(gap)/* \(meaning) */"))
    }
    line()
  }
}
