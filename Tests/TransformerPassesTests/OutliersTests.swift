import Checkpoints
import Files
import Kernels
import Tensors
import Testing
import Transformer
import TransformerPasses

@Suite struct OutliersTests {
  private let scheme = TransformerScheme(weights: .perRow, activations: .perToken, outliers: 1)

  // Would catch a column that is among the integers too, one that is nowhere, channels of another group.
  @Test func columnsStayFloatOrBecomeIntegers() throws {
    let small = try SmallModel()
    let (converted, matrices) = try small.converted(scheme)
    let seen = try TransformerStatistics(
      of: small.checkpoint, over: [(0..<50).map { Int32($0 * 17 % 43) }, [5, 6]], compute: small.compute)
    var kept = 0
    for group in TransformerTensor.groups(small.configuration) where group[0].layer != nil {
      let largest = try #require(seen.largest[group[0]])
      let channels = largest.indices.filter { largest[$0] > 1 }
      kept += channels.count
      guard !channels.isEmpty else {
        #expect(converted.checkpoint.view(group[0].name + ".outlier_channels") == nil)
        continue
      }
      #expect(try converted.checkpoint.s32(group[0].name + ".outlier_channels").map(Int.init) == channels)
      for tensor in group {
        let (out, inner) = (tensor.shape(small.configuration)[0], largest.count)
        let floats = try small.checkpoint.checkpoint.f32(tensor.name)
        let columns = try converted.checkpoint.f32(tensor.name + ".outliers")
        let (bytes, matrix) = (
          try converted.checkpoint.s8(tensor.name), try #require(matrices.first { $0.tensor == tensor })
        )
        for row in 0..<out {
          #expect(
            columns[row * channels.count..<(row + 1) * channels.count].elementsEqual(
              channels.map { floats[row * inner + $0] }))
          let rest = (0..<inner).map { channels.contains($0) ? 0 : floats[row * inner + $0] }
          let most = rest.map(abs).max() ?? 0
          #expect(matrix.scales[row] == (most == 0 ? 1 : most / 127))
          for term in 0..<inner {
            let byte = bytes[((row / 16 * ((inner + 3) / 4) + term / 4) * 16 + row % 16) * 4 + term % 4]
            #expect(byte == Int8((rest[term] / matrix.scales[row]).rounded(.toNearestOrEven)))
          }
        }
      }
    }
    // Some channels of some groups: neither all nor none, or the test would say little.
    #expect(kept > 0 && kept < TransformerTensor.groups(small.configuration).count * 24)
  }

  @Test(arguments: [[Int32]([3, 1]), [5, 5], [-1], [24], []]) func channelsThatAreNone(_ channels: [Int32]) throws {
    let small = try SmallModel()
    let (converted, _) = try small.converted(scheme)
    var tensors = converted.checkpoint.tensors
    tensors["layers.0.attention.wq.weight.outlier_channels"] = Tensor([channels.count], channels)
    let path = small.folder.appending(path: "bad.safetensors").path
    _ = try Checkpoint(tensors: tensors, metadata: converted.checkpoint.metadata).write(to: path)
    let bad = try TransformerCheckpoint(try Safetensors.decode(try FileBytes(of: path)))
    #expect(throws: TransformerCheckpointError.outliers("layers.0.attention.wq.weight.outlier_channels", width: 24)) {
      try bad.weights()
    }
  }

  @Test func thresholdsThatAreNone() {
    let errors: [(TransformerScheme, TransformerSchemeError)] = [
      (.init(weights: .perRow, activations: .perToken, outliers: 0), .outliers(0)),
      (.init(weights: .perRow, activations: .perToken, outliers: .infinity), .outliers(.infinity)),
      (.init(weights: .perRow, activations: .none, outliers: 6), .outliersElsewhere),
      (.init(weights: .perRow, activations: .perToken, smoothing: 0.5, outliers: 6), .outliersElsewhere),
      (.init(weights: .perGroup, activations: .perGroup, group: 8, outliers: 6), .outliersElsewhere),
    ]
    for (scheme, error) in errors { #expect(throws: error) { try scheme.validate() } }
  }
}
