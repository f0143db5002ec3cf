import TransformerFormats

/// What a GGUF file says of a tensor.
struct GGUFTensor: Sendable {
  let name: String
  /// Its sizes, innermost first.
  let sizes: [Int]
  /// Its type, by ggml's number.
  let type: UInt32
  /// Where it begins, counted from the data's start.
  let offset: Int
  /// How many bytes it has; nil where Octavo does not read its type.
  let byteCount: Int?

  /// The sizes as all else has them: outermost first.
  var shape: [Int] { sizes.reversed() }
  /// How its weights are held; nil where Octavo does not read them.
  var storage: WeightStorage? { Self.storage(type) }
  /// Its type's name.
  var typeName: String { Self.typeNames[type] ?? "type \(type)" }

  private static func storage(_ type: UInt32) -> WeightStorage? {
    switch GGUFTensorType(rawValue: type) {
    case .f32: .f32
    case .f16: .half(.f16)
    case .bf16: .half(.bf16)
    case .q4_0: .q4_0
    case .q4_1: .q4_1
    case .q8_0: .q8_0
    case nil: nil
    }
  }

  /// The types of ggml.h, for messages.
  private static let typeNames: [UInt32: String] = [
    0: "F32", 1: "F16", 2: "Q4_0", 3: "Q4_1", 6: "Q5_0", 7: "Q5_1", 8: "Q8_0", 9: "Q8_1", 10: "Q2_K", 11: "Q3_K",
    12: "Q4_K", 13: "Q5_K", 14: "Q6_K", 15: "Q8_K", 16: "IQ2_XXS", 17: "IQ2_XS", 18: "IQ3_XXS", 19: "IQ1_S",
    20: "IQ4_NL", 21: "IQ3_S", 22: "IQ2_S", 23: "IQ4_XS", 24: "I8", 25: "I16", 26: "I32", 27: "I64", 28: "F64",
    29: "IQ1_M", 30: "BF16", 34: "TQ1_0", 35: "TQ2_0", 39: "MXFP4",
  ]

  /// Reads what a file says of its next tensor.
  init(_ scanner: inout GGUFScanner) throws(GGUFError) {
    let name = try scanner.tensorName()
    let what = "the description of a tensor"
    let rank: UInt32 = try scanner.number(what)
    guard (1...4).contains(rank) else { throw .rank(tensor: name, found: rank) }
    var found: [UInt64] = []
    for _ in 0..<rank { found.append(try scanner.number(what)) }
    let sizes = found.compactMap { Int(exactly: $0) }
    var count: Int? = sizes.count == found.count && !found.contains(0) ? 1 : nil
    for size in sizes {
      if case let (product, false)? = count?.multipliedReportingOverflow(by: size) {
        count = product
      } else {
        count = nil
      }
    }
    guard let count else { throw .size(tensor: name, found: found) }
    type = try scanner.number(what)
    let offset: UInt64 = try scanner.number(what)
    if let storage = Self.storage(type), let block = storage.block {
      guard sizes[0] % block.weights == 0 else {
        throw .row(tensor: name, type: "\(storage)", block: block.weights, found: sizes[0])
      }
      byteCount = StoredMatrix.byteCount(storage, rows: count / sizes[0], width: sizes[0])
      guard byteCount != nil else { throw .size(tensor: name, found: found) }
    } else {
      byteCount = nil
    }
    guard let place = Int(exactly: offset) else {
      throw .beyondFile(tensor: name, offset: offset, bytes: byteCount ?? 0, available: 0)
    }
    (self.name, self.sizes, self.offset) = (name, sizes, place)
  }
}
