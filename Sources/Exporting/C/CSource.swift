import Networks
import Tensors

/// The work of a model in C: constants and a function of each layer, and the function that calls them.
struct CSource {
  let text: String

  init(_ parts: CModelParts, origin: [(key: String, value: String)], prefix: String) {
    let macro = prefix.uppercased()
    var writer = CWriter()
    writer.preamble(parts, origin: origin)
    writer.line("#include \"\(prefix).h\"")
    writer.line()
    let functions = ([parts.entering] + parts.functions).compactMap { $0 }
    let helpers = CHelper.closure(of: Set(functions.flatMap(\.helpers)))
    if helpers.contains(.dot) || helpers.contains(.dotFrom) { writer.lines(CHelper.dotIncludes) }
    for line in [
      "/*", " * Values are bytes in the order (row, column, channel); integers with a sign are stored 128 higher.",
      " * A build that wants to see them defines this macro: it is given the number of the layer, from 1 on (0 for the",
      " * input), the bytes that left it, and how many they are.", " */",
      "#ifndef \(macro)_TRACE", "#define \(macro)_TRACE(layer, bytes, count) ((void)0)", "#endif", "",
    ] {
      writer.line(line)
    }
    for helper in helpers { writer.lines(helper.text) }
    if let entering = parts.entering {
      let shape = parts.program.values[0].shape
      writer.function(entering, "enter", inputs: 1, comment: "The pixels, channels last: \(shape)")
    }
    for (step, function) in zip(parts.steps, parts.functions) {
      guard let function else { continue }
      writer.function(function, "layer_\(step.id)", inputs: step.inputs.count, comment: step.comment)
    }
    writer.predict(parts, prefix: prefix)
    text = writer.text
  }
}

extension CWriter {
  /// Lines that are there already.
  fileprivate mutating func lines(_ text: String) {
    text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().forEach { line(String($0)) }
    line()
  }

  /// A function and its arrays.
  fileprivate mutating func function(_ function: CFunction, _ name: String, inputs: Int, comment: String) {
    for constant in function.constants { constant.write(to: &self) }
    let x = (0..<inputs).map { "const uint8_t *x\(inputs == 1 ? "" : "\($0)")" }.joined(separator: ", ")
    line("/* \(comment) */")
    line("static void \(name)(\(x), uint8_t *y) {")
    for text in function.body.text.split(separator: "\n") { line("  " + text) }
    line("}")
    line()
  }

  /// The function that others call.
  fileprivate mutating func predict(_ parts: CModelParts, prefix: String) {
    let (macro, program) = (prefix.uppercased(), parts.program)
    block("int32_t \(prefix)_predict(const uint8_t *pixels, \(prefix)_score *scores, uint8_t *scratch)") { writer in
      func place(_ value: Int) -> String {
        guard let room = parts.plan.roomOfValue[value] else { return "pixels" }
        let offset = parts.plan.rooms[room].offset
        return offset == 0 ? "scratch" : "scratch + \(offset)"
      }
      func call(_ name: String, _ inputs: [String], _ value: Int) {
        let shape = program.values[value].shape
        writer.line("\(name)(\((inputs + [place(value)]).joined(separator: ", "))); /* \(shape) */")
        writer.line("\(macro)_TRACE(\(value), \(place(value)), \(shape.image.count));")
      }
      if parts.entering != nil { call("enter", ["pixels"], 0) }
      for (step, function) in zip(parts.steps, parts.functions) where function != nil {
        call("layer_\(step.id)", step.step.inputs.map(place), step.step.output)
      }
      writer.scores(of: program.output, at: place(program.values.count - 1))
    }
  }

  /// Copies the scores in PyTorch's order and finds the greatest.
  private mutating func scores(of value: IntegerProgram.Value, at place: String) {
    let (image, offset) = (value.shape.image, value.parameters.storageOffset)
    let area = image.height * image.width
    if place == "pixels" { line("(void)scratch;") }
    line("const uint8_t *last = \(place);")
    line("int32_t best = 0;")
    loop("i", below: image.count) { writer in
      let isInOrder = image.channels == 1 || area == 1
      let index = isInOrder ? "i" : "i % \(area) * \(image.channels) + i / \(area)"
      let byte = "last[\(index)]"
      writer.line("scores[i] = \(offset == 0 ? byte : "(int8_t)(\(byte) - \(offset))");")
      writer.block("if (scores[i] > scores[best])") { $0.line("best = i;") }
    }
    line("return best;")
  }
}
