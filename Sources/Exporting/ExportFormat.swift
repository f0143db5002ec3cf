import Tensors

/// A form in which a model leaves for other programs.
public enum ExportFormat: String, NamedChoice {
  /// Integer-only C99: `model.c` and `model.h`.
  case c
  /// The float model as ONNX.
  case onnx
  /// The int8 model as ONNX in integers: the engine's own, in every runtime that follows the standard.
  case onnxInteger = "onnx-integer"
  /// The int8 model as ONNX of floats between QuantizeLinear and DequantizeLinear, which runtimes fuse.
  case onnxQDQ = "onnx-qdq"
  /// Every scale, zero point and multiplier as JSON.
  case json
  /// The same as a table for spreadsheets.
  case csv
  /// Images and the integers that the engine makes of them, as safetensors: what a port is held against.
  case vectors
}
