import Files
import Networks
import Quantization

extension QuantizationNumbers {
  /// The columns of `csv`.
  static let columns = [
    "tensor", "role", "channel", "dtype", "quant_min", "quant_max", "scale", "zero_point", "bias", "multiplier",
    "mantissa", "exponent",
  ]

  /// The numbers as a table for spreadsheets, one line for each scale, under a line of names: RFC 4180, but with `\n`.
  ///
  /// `channel` is empty where one scale serves the whole tensor. A product's bias and multiplier stand beside its
  /// weight, one for each output channel, and so does a scale that serves them all. What is not known is empty.
  public var csv: [UInt8] {
    let lines: [[String?]] = [Self.columns] + tensors.flatMap(rows)
    return Array(lines.map(CSV.line).joined().utf8)
  }

  private func rows(_ tensor: IntegerTensor) -> [[String?]] {
    let name = tensor.name
    let outputs = tensor.role == .weight ? self.outputs[String(name.dropLast(".weight".count))] ?? [] : []
    let count = max(tensor.channels.count, outputs.count, 1)
    return (0..<count).map { index in
      let channel = tensor.channels.isEmpty ? nil : tensor.channels[tensor.channels.count == 1 ? 0 : index]
      let output = index < outputs.count ? outputs[index] : nil
      let whole = output?.multiplier.map { WholeFloat($0) }
      return [
        name, tensor.role.rawValue, count == 1 ? nil : "\(index)", tensor.dtype.rawValue, "\(tensor.range.low)",
        "\(tensor.range.high)", channel.map { "\($0.scale)" }, channel.map { "\($0.zeroPoint)" }, output?.bias?.text,
        output?.multiplier.map { "\($0)" }, whole.map { "\($0.mantissa)" }, whole.map { "\($0.exponent)" },
      ]
    }
  }
}

extension QuantizationNumbers.Bias {
  fileprivate var text: String {
    switch self {
    case .s32(let value): "\(value)"
    case .f32(let value): "\(value)"
    }
  }
}
