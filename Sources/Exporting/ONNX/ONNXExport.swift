import Networks
import ONNXFormat
import Quantization
import Tensors

/// A model as an ONNX file, in one of three forms. The caller gives pixels / 255 as `input`, (N, C, H, W) for any N; what
/// the network normalizes, the file normalizes. Values are called as the network's layers are, tensors of a layer
/// `<layer>.<word>`. The same model, the same bytes.
///
/// All forms need IR version 8 and operation set 13 of the standard domain, and no other domain.
public struct ONNXExport: Sendable, Equatable {
  /// The file.
  public let bytes: [UInt8]
  /// What its user should know, one line each.
  public let warnings: [String]

  /// The model in integers: a runtime that follows the standard's arithmetic computes the engine's integers, each of
  /// them.
  ///
  /// It gives `scores_quantized`, the integers of the scores; `scores`, what they stand for; and, where the network ends
  /// in a softmax, `probabilities`.
  ///
  /// A product is QLinearConv, with a 1 x 1 kernel for a linear layer; a table is Gather; sums of two values, and means,
  /// are float operations of which each is rounded once and whose results are exact. None of it is between
  /// DequantizeLinear and QuantizeLinear: ONNX Runtime would fuse those into operations with other roundings.
  ///
  /// The input's integers are QuantizeLinear's where those are the model's for all 256 pixels, else a table of the pixels;
  /// then what is no pixel / 255 is rounded to one.
  ///
  /// QLinearConv multiplies its sum, a 32-bit integer rounded to float32, by `f32(f32(x_scale * w_scale) / y_scale)` and
  /// rounds half to even. Where that is not the model's multiplier, as it is not for most layers of profile qnnpack, which
  /// multiplies by a reciprocal, the layer's `w_scale` is its multipliers, and the other two scales are 1. It clamps to
  /// the type; a Clip follows where the model clamps to less.
  ///
  /// Equal integers for every value of every network that the tests draw were seen in ONNX Runtime 1.32 on x86 with VNNI,
  /// with its optimizations and without, and in the reference evaluator of onnx 1.23; on x86 with AVX2 alone too, of those
  /// with a warning when the session option that it names was set. OpenVINO 2026.4 refuses the form: it has no QLinearConv.
  ///
  /// - Parameter origin: what the file came from, as its metadata shall say.
  /// - Throws: `ExportError` naming a layer whose means float32 does not hold; `ONNXError` for a file of over 2 GiB.
  public static func integer(
    _ program: IntegerProgram, origin: [(key: String, value: String)]
  ) throws -> ONNXExport {
    var graph = IntegerGraph(program)
    return ONNXExport(bytes: try graph.built().bytes(origin: origin), warnings: program.saturationWarnings)
  }

  /// The model as floats between QuantizeLinear and DequantizeLinear, the form from which runtimes make integer operations
  /// of their own, or which they compute in floats as it stands. Weights are integers with their scales, biases 32-bit integers in
  /// steps of the sum.
  ///
  /// Its integers are near the engine's, not equal to them: each runtime fuses and rounds in its own way, and a mean's ties
  /// fall elsewhere. A Clip of the integers, between the two operations, clamps where the model clamps to less than the
  /// type. ONNX Runtime 1.32 on x86 fuses u8 activations, into QLinearConv, QGemm, QLinearAdd and others, and computes
  /// most of s8 in floats; OpenVINO 2026.4 reads the form. Without fusion, all integers but those of means and behind them
  /// were the engine's. It gives `scores`, and, where the network ends in a softmax, `probabilities`.
  /// - Parameter origin: what the file came from, as its metadata shall say.
  /// - Throws: `ONNXError` for a file of over 2 GiB.
  public static func qdq(
    _ program: IntegerProgram, origin: [(key: String, value: String)]
  ) throws -> ONNXExport {
    var graph = QDQGraph(program)
    return ONNXExport(bytes: try graph.built().bytes(origin: origin), warnings: program.saturationWarnings)
  }

  /// The float model. It gives `scores`, what enters a softmax at the network's end, and then `probabilities`.
  /// - Parameter origin: what the file came from, as its metadata shall say.
  /// - Throws: `NetworkError` when the network's layers do not fit each other; `ONNXError` for a file of over 2 GiB.
  public static func float(_ model: FloatModel, origin: [(key: String, value: String)]) throws -> ONNXExport {
    var graph = try FloatGraph(model)
    return ONNXExport(bytes: try graph.built().bytes(origin: origin), warnings: [])
  }
}

extension IntegerProgram {
  /// A line that names each layer whose products a processor could saturate that adds two of them in 16 bits.
  ///
  /// Which two a runtime adds is its own affair, so the bound is over any two weights of a channel, and not, as
  /// `OverflowProof.pairBound`, over neighbours in our order. ONNX Runtime 1.32 adds products of u8 and s8 so where it has
  /// AVX2 and no VNNI; those of s8 and s8, and of depthwise convolutions, it adds in 32 bits: there no integer differed of
  /// 300 random depthwise layers of u8 and 462 layers of s8, with weights of -127...127 and inputs of up to 255 steps.
  var saturationWarnings: [String] {
    let names = steps.filter(saturates).map(\.layer.name)
    guard !names.isEmpty else { return [] }
    return [
      "\(names.joined(separator: ", ")): on x86 processors without VNNI, ONNX Runtime adds two products in 16 bits, "
        + "which can saturate here; there, set its session option session.x64quantprecision to 1, or take activations of "
        + "0...127, or weights of -63...63"
    ]
  }

  private func saturates(_ step: Step) -> Bool {
    guard case .product(let numbers) = step.operation else { return false }
    let (input, weight) = (values[step.inputs[0]], numbers.weight)
    if input.dtype == .s8 { return false }
    if case .conv2d(let conv) = step.layer.operation, conv.isDepthwise(over: input.shape.image) { return false }
    let greatest = profile.clampRange(of: input.parameters, dtype: input.dtype).high
    return !(0..<weight.out).allSatisfy { channel in
      weight.integers[channel * weight.inner..<(channel + 1) * weight.inner].pairBound * Int(greatest)
        <= Int(Int16.max)
    }
  }
}

extension ArraySlice<Int8> {
  /// The most that two of the weights together multiply by.
  fileprivate var pairBound: Int {
    func most(_ magnitudes: some Sequence<Int>) -> Int {
      var (first, second) = (0, 0)
      for magnitude in magnitudes where magnitude > second {
        (first, second) = magnitude > first ? (magnitude, first) : (first, magnitude)
      }
      return first + second
    }
    return Swift.max(most(lazy.map { Int($0) }), most(lazy.map { -Int($0) }))
  }
}
