import Networks

/// A model as a C99 library of two files: integers throughout, no heap, no library but the three headers that even a
/// freestanding compiler has, constants that may stay in flash, and scratch memory of a size that is known.
///
/// It computes what `IntegerProgram` says and nothing else. Under `CRounding.exact` every integer of every layer is that of
/// `QuantizedEngine`; the others change what becomes of products' sums, and nothing else.
public struct CModel: Sendable {
  /// The interface, `model.h`.
  public let header: String
  /// The work, `model.c`, which includes `model.h`.
  public let source: String
  /// What it takes.
  public let memory: CMemory

  /// The most bytes of a value, and pixels of a window: sums of them stay in 32 bits, and so do their places.
  static let largestValue = 1 << 23

  /// The C of a program.
  /// - Parameters:
  ///   - rounding: how a product's sums become the next layer's integers.
  ///   - origin: where the model comes from, printed at the top of both files: what, and its digest.
  ///   - prefix: the name of the files, and, followed by an underscore, the beginning of every name that others see; in
  ///     capitals that of macros. A C identifier.
  /// - Throws: `ExportError.tooLarge` naming the first value that has more than 2^23 bytes, or the pool whose window has
  ///   as many pixels.
  public init(
    _ program: IntegerProgram, rounding: CRounding = .exact, origin: [(key: String, value: String)],
    prefix: String = "model"
  ) throws {
    try Self.checkSizes(of: program)
    let parts = CModelParts(program, rounding: rounding)
    memory = parts.memory
    header = CHeader(parts, origin: origin, prefix: prefix).text
    source = CSource(parts, origin: origin, prefix: prefix).text
  }

  private static func checkSizes(of program: IntegerProgram) throws(ExportError) {
    for value in program.values where value.shape.image.count > largestValue {
      throw .tooLarge(layer: value.name, count: value.shape.image.count)
    }
    for step in program.steps {
      guard case .averagePool(let pool, _) = step.operation, let kernel = pool.kernel else { continue }
      guard kernel.height * kernel.width <= largestValue else {
        throw .tooLarge(layer: step.layer.name, count: kernel.height * kernel.width)
      }
    }
  }
}

/// A model's functions and where its values lie: what both files are printed from.
struct CModelParts {
  let program: IntegerProgram
  let rounding: CRounding
  /// The functions, one a step; nil for a step that leaves bytes as they are.
  let functions: [CFunction?]
  let steps: [CStep]
  /// From the caller's pixels to bytes, channels last; nil where they are the same.
  let entering: CFunction?
  let plan: ScratchPlan
  let memory: CMemory

  init(_ program: IntegerProgram, rounding: CRounding) {
    (self.program, self.rounding) = (program, rounding)
    let ids = CText.identifiers(program.steps.map(\.layer.name))
    let steps = zip(program.steps, ids).map { step, id in
      CStep(
        step: step, id: id, inputs: step.inputs.map { program.values[$0] }, output: program.values[step.output],
        rounding: rounding, profile: program.profile)
    }
    let functions = steps.map(\.function)
    let entering = Self.entering(program)
    (self.steps, self.functions, self.entering) = (steps, functions, entering)
    plan = ScratchPlan(program, steps: steps, inputStays: entering == nil)
    let constants = ([entering] + functions).compactMap { $0 }.flatMap(\.constants)
    let made = steps.indices.filter { functions[$0] != nil }.map { steps[$0].output.shape.image.count }
    memory = CMemory(
      scratchBytes: plan.bytes,
      bytesWithoutReuse: made.reduce(entering == nil ? 0 : program.values[0].shape.image.count, +),
      leastBytes: plan.leastBytes, constantBytes: constants.reduce(0) { $0 + $1.byteCount })
  }

  /// Pixels (channel, row, column) to the bytes that stand for them (row, column, channel).
  private static func entering(_ program: IntegerProgram) -> CFunction? {
    let (image, tables) = (program.values[0].shape.image, program.inputTables)
    let (area, isShared) = (image.height * image.width, tables.allSatisfy { $0 == tables[0] })
    let isIdentity = isShared && tables[0].isIdentity
    if isIdentity && (image.channels == 1 || area == 1) { return nil }
    var function = CFunction()
    if !isIdentity {
      function.constants = [
        CConstant(
          "pixel_table", isShared ? tables[0] : tables.flatMap { $0 },
          "The byte that stands for each pixel\(isShared ? "" : ", channel by channel").")
      ]
    }
    function.body.loop("pixel", below: area) { writer in
      writer.loop("channel", below: image.channels) { writer in
        let pixel = "x[\("channel".times(area)) + pixel]"
        let table = "pixel_table[\(isShared ? "" : "channel * 256 + ")\(pixel)]"
        writer.line("*y++ = \(isIdentity ? pixel : table);")
      }
    }
    return function
  }
}
