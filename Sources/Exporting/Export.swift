import QuantizedLayers

/// A model in a form for other programs: files, and what to say of them.
public struct Export: Sendable {
  /// A file.
  public struct File: Sendable {
    /// The ending of its name, `h`; nil for the one that was asked for.
    public let ending: String?
    /// Its content.
    public let bytes: [UInt8]

    init(_ bytes: [UInt8], ending: String? = nil) { (self.bytes, self.ending) = (bytes, ending) }
  }

  /// A size that is known when it leaves.
  public struct Figure: Sendable, Equatable {
    /// Its name in the catalog.
    public let name: String
    /// What it is, for a person.
    public let title: String
    /// In bytes.
    public let bytes: Int
  }

  /// The files, the one that was asked for first.
  public let files: [File]
  /// What stops nothing and should be seen.
  public var warnings: [String] = []
  /// What it will take.
  public var figures: [Figure] = []

  /// One file of the given bytes.
  public init(_ bytes: [UInt8]) { self.init(files: [File(bytes)]) }

  private init(files: [File]) { self.files = files }

  /// An int8 model as integer-only C.
  /// - Parameters:
  ///   - origin: what the model came from, a word and a digest each.
  ///   - prefix: the name of the files, and the beginning of every name in them.
  /// - Throws: `ExportError` naming the layer that C cannot hold.
  public static func c(
    _ program: IntegerProgram, rounding: CRounding, origin: [(key: String, value: String)], prefix: String
  ) throws -> Export {
    let code = try CModel(program, rounding: rounding, origin: origin, prefix: prefix)
    var export = Export(
      files: [File(Array(code.source.utf8)), File(Array(code.header.utf8), ending: "h")])
    export.figures = [
      Figure(name: "constant_bytes", title: "Constants", bytes: code.memory.constantBytes),
      Figure(name: "scratch_bytes", title: "Scratch", bytes: code.memory.scratchBytes),
      Figure(
        name: "scratch_bytes_without_reuse", title: "Without reuse", bytes: code.memory.bytesWithoutReuse),
    ]
    return export
  }

  /// A model as ONNX.
  public static func onnx(_ model: ONNXExport) -> Export {
    var export = Export(model.bytes)
    export.warnings = model.warnings
    return export
  }

  /// The numbers of an int8 model, of any type of scheme, as JSON.
  public static func json(_ model: QuantizedModel, origin: [(key: String, value: String)]) throws -> Export {
    let origin = Dictionary(origin.map { ($0.key, $0.value) }) { first, _ in first }
    return Export(try QuantizationNumbers(model).json(origin: origin))
  }

  /// The numbers of an int8 model, of any type of scheme, as a table.
  public static func csv(_ model: QuantizedModel) -> Export { Export(QuantizationNumbers(model).csv) }
}
