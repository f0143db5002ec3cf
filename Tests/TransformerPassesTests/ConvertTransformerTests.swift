import Checkpoints
import Files
import Foundation
import Kernels
import Tensors
import Testing
import Transformer
import TransformerFormats
import TransformerPasses

@Suite struct ConvertTransformerTests {
  private let small: SmallModel
  private let configuration: TransformerConfiguration
  private let model: TransformerCheckpoint

  init() throws {
    small = try SmallModel()
    (configuration, model) = (small.configuration, small.checkpoint)
  }

  /// The integer that stands for a weight.
  private func integer(_ bytes: [Int8], _ row: Int, _ term: Int, inner: Int) -> Int8 {
    bytes[((row / 16 * ((inner + 3) / 4) + term / 4) * 16 + row % 16) * 4 + term % 4]
  }

  // Would catch a row's scale taken for another's, rounding that is not half to even, panels out of order.
  @Test(arguments: [TransformerScheme.Weights.perRow, .perTensor])
  func integersAreRoundedQuotients(_ weights: TransformerScheme.Weights) throws {
    let (converted, matrices) = try small.converted(TransformerScheme(weights: weights, activations: .perToken))
    for matrix in matrices {
      let name = matrix.tensor.name
      let (out, inner) = (matrix.tensor.shape(configuration)[0], matrix.tensor.shape(configuration)[1])
      let floats = try model.checkpoint.f32(name)
      let (bytes, sums) = (try converted.checkpoint.s8(name), try converted.checkpoint.s32(name + ".sum"))
      let whole = floats.map(abs).max() ?? 0
      var most: Int64 = 0
      for row in 0..<out {
        let values = floats[row * inner..<(row + 1) * inner]
        let largest = weights == .perRow ? values.map(abs).max() ?? 0 : whole
        let scale = largest == 0 ? 1 : largest / 127
        #expect(matrix.scales[row] == scale)
        let expected = values.map { Int8(($0 / scale).rounded(.toNearestOrEven)) }
        #expect((0..<inner).map { integer(bytes, row, $0, inner: inner) } == expected, "\(name) row \(row)")
        #expect(sums[row] == expected.reduce(0) { $0 + Int32($1) })
        most = max(most, expected.reduce(0) { $0 + 255 * Int64($1.magnitude) })
      }
      #expect(matrix.accumulatorBound == most)
      #expect(bytes.count == (out + 15) / 16 * ((inner + 3) / 4) * 64)
    }
    #expect(try converted.checkpoint.f32("norm.weight") == model.checkpoint.f32("norm.weight"))
  }

  // Would catch a factor that goes into the matrices and not out of the norm.
  @Test func smoothingChangesNoProduct() throws {
    let (converted, _) = try small.converted(
      TransformerScheme(weights: .perRow, activations: .perToken, smoothing: 0.5))
    let (norm, before) = (
      try converted.checkpoint.f32("layers.0.attention_norm.weight"),
      try model.checkpoint.f32("layers.0.attention_norm.weight")
    )
    #expect(norm != before)
    let (bytes, scales) = (
      try converted.checkpoint.s8("layers.0.attention.wq.weight"),
      try converted.checkpoint.f32("layers.0.attention.wq.weight.scale")
    )
    let floats = try model.checkpoint.f32("layers.0.attention.wq.weight")
    for row in 0..<24 {
      for column in 0..<24 {
        let folded = floats[row * 24 + column] * before[column] / norm[column]
        // Half a step, and what the quotient's rounding adds.
        #expect(abs(Float(integer(bytes, row, column, inner: 24)) * scales[row] - folded) <= scales[row] * 0.5001)
      }
    }
  }

  @Test func whatCannotBeConverted() throws {
    #expect(throws: ConvertTransformerError.notCalibrated) {
      try ConvertTransformer(
        model, scheme: .init(weights: .perRow, activations: .fixed), statistics: nil, compute: small.compute)
    }
    #expect(throws: TransformerSchemeError.smoothing(1.5)) {
      try ConvertTransformer(
        model, scheme: .init(weights: .perRow, activations: .perToken, smoothing: 1.5), statistics: nil,
        compute: small.compute)
    }
    let (converted, _) = try small.converted(TransformerScheme(weights: .perRow, activations: .perToken))
    #expect(throws: ConvertTransformerError.isConverted) {
      try ConvertTransformer(
        converted, scheme: .init(weights: .perRow, activations: .perToken), statistics: nil, compute: small.compute)
    }
    var tensors = model.checkpoint.tensors
    tensors["layers.1.feed_forward.w2.weight"] = Tensor(
      [24, 37], (0..<24 * 37).map { $0 == 100 ? Float.nan : 1 })
    let path = small.folder.appending(path: "bad.safetensors").path
    _ = try Checkpoint(tensors: tensors, metadata: model.checkpoint.metadata).write(to: path)
    let bad = try TransformerCheckpoint(try Safetensors.decode(try FileBytes(of: path)))
    let output = small.folder.appending(path: "bad-int8.safetensors").path
    #expect(throws: ConvertTransformerError.notFinite("layers.1.feed_forward.w2.weight", row: 2)) {
      try ConvertTransformer(
        bad, scheme: .init(weights: .perRow, activations: .perToken), statistics: nil, compute: small.compute
      ).write(into: FileWriter(output))
    }
    #expect(!FileManager.default.fileExists(atPath: output))
    tensors["norm.weight"] = nil
    tensors["layers.0.ffn_norm.weight"] = nil
    _ = try Checkpoint(tensors: tensors, metadata: model.checkpoint.metadata).write(to: path)
    #expect(throws: TransformerCheckpointError.missing(["layers.0.ffn_norm.weight", "norm.weight"])) {
      try TransformerCheckpoint(try Safetensors.decode(try FileBytes(of: path)))
    }
  }
}
