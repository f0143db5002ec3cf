import Tensors

/// A form in which a model leaves for other programs.
public enum ExportFormat: String, NamedChoice {
  /// Integer-only C99: `model.c` and `model.h`.
  case c
  /// Every scale, zero point and multiplier as JSON.
  case json
  /// The same as a table for spreadsheets.
  case csv
  /// Images and the integers that the engine makes of them, as safetensors: what a port is held against.
  case vectors

  /// What a file of that form is called, unless a person says otherwise.
  public var fileName: String {
    switch self {
    case .c: "model.c"
    case .json: "model.json"
    case .csv: "model.csv"
    case .vectors: "vectors.safetensors"
    }
  }
}
