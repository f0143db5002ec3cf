import Files
import Importing
import ONNXFormat

/// A constant of a QDQ graph: the integers of a weight, or of a bias.
struct IntegerConstant: Equatable {
  /// The integers; those of a weight with zero point 0.
  let integers: [Int32]
  /// Their sides in the file.
  let shape: [Int]
  /// One scale, or one for each place along `axis`.
  let scales: [Float]
  /// The side that has a scale for each place; nil for one scale.
  let axis: Int?
  /// Whether it is of 8 bits, a weight, and not of 32, a bias.
  let isWeight: Bool

  /// What a DequantizeLinear reads. Bytes with zero point 128 are signed bytes with zero point 0.
  /// - Throws: `ONNXImportError` for other zero points and types, and for sizes that do not fit.
  init(_ tensor: ONNXTensor, scale: ONNXTensor, zeroPoint: ONNXTensor?, of node: ONNXNode) throws {
    let middle: Int32
    switch tensor.elements {
    case .s8(let values): (integers, middle, isWeight) = (values.map(Int32.init), 0, true)
    case .u8(let values): (integers, middle, isWeight) = (values.map { Int32($0) - 128 }, 128, true)
    case .s32(let values): (integers, middle, isWeight) = (values, 0, false)
    default:
      throw node.error(
        "a weight of int8 or a bias of int32",
        found: "\(tensor.type) in \(quoted(tensor.name)); quantize with weight_type=QuantType.QInt8")
    }
    let zeros: [Int32]
    switch zeroPoint?.elements {
    case nil: zeros = [0]
    case .s8(let values)?: zeros = values.map(Int32.init)
    case .u8(let values)?: zeros = values.map(Int32.init)
    case .s32(let values)?: zeros = values
    default: zeros = [-1]
    }
    guard let wrong = zeros.first(where: { $0 != middle }) else {
      shape = tensor.shape
      (scales, axis) = try Self.scales(scale, of: tensor, node)
      return
    }
    throw node.error(
      "zero point \(middle) for \(tensor.type)",
      found: "\(wrong) for \(quoted(tensor.name)); quantize weights with QuantType.QInt8 and WeightSymmetric=True")
  }

  private static func scales(
    _ scale: ONNXTensor, of tensor: ONNXTensor, _ node: ONNXNode
  ) throws -> (scales: [Float], axis: Int?) {
    guard case .f32(let scales) = scale.elements, scales.allSatisfy({ $0.isFinite && $0 > 0 }) else {
      throw node.error("finite float32 scales above 0", found: "others in \(quoted(scale.name))")
    }
    if scales.count == 1 { return (scales, nil) }
    var axis = 1
    if case .int(let given)? = node["axis"] { axis = given < 0 ? given + tensor.shape.count : given }
    guard tensor.shape.indices.contains(axis), scales.count == tensor.shape[axis] else {
      throw node.error(
        "one scale, or one for each place along axis \(axis) of \(listed(tensor.shape))", found: "\(scales.count)")
    }
    return (scales, axis)
  }

  /// Checks that scales for each place are those of a product's outputs.
  func checkAxis(of node: ONNXNode) throws {
    let isTurned = try node.operation == "MatMul" || node.operation == "Gemm" && !node.flag("transB")
    guard let axis, axis != (isTurned ? 1 : 0) else { return }
    throw node.error(
      "one scale for each output of its weight, axis \(isTurned ? 1 : 0)",
      found: "axis \(axis); quantize per tensor, or per channel of outputs")
  }

  /// What stands for it in the float graph: a weight's integers as real numbers, exact, and zeros for a bias.
  func standIn(_ name: String) -> ONNXTensor {
    ONNXTensor(name, shape: shape, .f32(isWeight ? integers.map { Float($0) } : integers.map { _ in 0 }))
  }
}
