/// Weights rounded to signed bytes, a group of them with one scale, as the other programs round.
enum Q8Groups {
  /// Rounds a group for llama2.c, as `quantize_q80` of its export.py: the scale is the largest magnitude by 127, and a
  /// weight is divided by it and rounded to the nearest, of two the even. A group of zeros has the scale 0, where
  /// export.py writes NaN.
  static func llama2C(_ weights: UnsafeBufferPointer<Float>, into codes: UnsafeMutableBufferPointer<Int8>) -> Float {
    let scale = largest(weights) / 127
    for index in weights.indices {
      codes[index] = scale == 0 ? 0 : Int8((weights[index] / scale).rounded(.toNearestOrEven))
    }
    return scale
  }

  /// Rounds a block for ggml, as `quantize_row_q8_0_ref` of its ggml-quants.c: weights are multiplied by the inverse of
  /// the scale, before that is rounded to binary16, and halves go away from zero.
  static func ggml(_ weights: UnsafeBufferPointer<Float>, into codes: UnsafeMutableBufferPointer<Int8>) -> Float16 {
    let scale = largest(weights) / 127
    let inverse = scale == 0 ? 0 : 1 / scale
    for index in weights.indices {
      codes[index] = Int8((weights[index] * inverse).rounded(.toNearestOrAwayFromZero))
    }
    return Float16(scale)
  }

  private static func largest(_ weights: UnsafeBufferPointer<Float>) -> Float {
    weights.reduce(0) { max($0, abs($1)) }
  }
}
