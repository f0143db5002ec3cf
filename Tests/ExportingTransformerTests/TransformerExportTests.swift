import ExportingTransformer
import Files
import Foundation
import ImportingTransformer
import TestSupport
import Testing
import Transformer
import TransformerPasses

/// Checkpoints written as files of other programs, and read back by our own readers.
@Suite struct TransformerExportTests {
  /// Groups' integers times scales by ggml's formulas, spelt out.
  private func rounded(_ floats: [Float], group: Int, bits: Int) -> [Float] {
    stride(from: 0, to: floats.count, by: group).flatMap { start -> [Float] in
      let values = floats[start..<start + group]
      let most = values.max { abs($0) < abs($1) } ?? 0
      let scale = bits == 4 ? most / -8 : abs(most) / 127
      let inverse = scale == 0 ? 0 : 1 / scale
      return values.map { value in
        let quotient = value * inverse
        let integer =
          bits == 4 ? min(15, (quotient + 8.5).rounded(.down)) - 8 : quotient.rounded(.toNearestOrAwayFromZero)
        return integer * Float(Float16(scale))
      }
    }
  }

  private func expect(
    _ source: some TransformerSource, _ model: ConvertedModel, _ matrix: (TransformerTensor, [Float]) -> [Float]
  ) throws {
    #expect(source.configuration == model.configuration)
    for tensor in TransformerTensor.all(model.configuration) {
      let floats = try model.float.checkpoint.f32(tensor.name)
      let expected = tensor.isMatrix ? matrix(tensor, floats) : floats
      // By value: of a scale that is 0, the sign is nobody's.
      #expect(try source.weights(of: tensor) == expected, "\(tensor.name)")
    }
  }

  /// The rows that an engine gives tokens must be those of the file.
  private func expectRows(of converted: TransformerCheckpoint, in source: some TransformerSource) throws {
    let matrix = try #require(try converted.groupedMatrix(.embedding))
    let (rows, width) = (matrix.layout.out, matrix.layout.inner)
    let file = try source.weights(of: .embedding)
    let embedding = try converted.weights().embedding
    for row in 0..<rows {
      var found = [Float](repeating: .nan, count: width)
      found.withUnsafeMutableBufferPointer { embedding.copy(row, to: $0.baseAddress.unsafelyUnwrapped) }
      #expect(Array(file[row * width..<(row + 1) * width]) == found)
    }
  }

  // Would catch half bytes in another order, a panel's padding taken for rows, a group's scale for its neighbour's.
  @Test(arguments: [true, false], [8, 4]) func blocksOfGGUFAreTheGroups(_ isTied: Bool, _ bits: Int) throws {
    let model = try ConvertedModel(isTied: isTied)
    let converted = try model.converted(.init(weights: .perGroup, activations: .perGroup, group: 32, bits: bits))
    let path = model.folder.path("model.gguf")
    let digest = try TransformerExport(converted, as: .gguf).write(to: path, origin: [("checkpoint_sha256", "12ab")])
    let file = try GGUFModel(path)
    #expect(file.files[0].digest == digest)
    for tensor in TransformerTensor.all(model.configuration) {
      #expect(file.storage(of: tensor) == (tensor.isMatrix ? (bits == 8 ? .q8_0 : .q4_0) : .f32))
    }
    try expect(file, model) { rounded($1, group: 32, bits: bits) }
    try expectRows(of: converted, in: file)
    let bytes = try WholeFile.read(path)
    #expect(String(decoding: bytes, as: UTF8.self).contains("octavo.checkpoint_sha256"))
  }

  @Test(arguments: [true, false], [4, 32]) func groupsOfLlama2CAreTheGroups(_ isTied: Bool, _ group: Int) throws {
    let model = try ConvertedModel(isTied: isTied)
    let converted = try model.converted(.init(weights: .perGroup, activations: .perGroup, group: group))
    let path = model.folder.path("model.bin")
    let digest = try TransformerExport(converted, as: .llama2c).write(to: path)
    let file = try Llama2CModel(path)
    #expect(file.files[0].digest == digest && file.storage(of: .embedding) == .groups(group))
    try expect(file, model) { rounded($1, group: group, bits: 8) }
    try expectRows(of: converted, in: file)
  }

  @Test(arguments: TransformerExport.Floats.allCases) func floatsComeBack(_ floats: TransformerExport.Floats) throws {
    let model = try ConvertedModel()
    let format: TransformerExport.Format = TransformerExport.Format.gguf.floats.contains(floats) ? .gguf : .llama2c
    let path = model.folder.path("model")
    _ = try TransformerExport(model.float, as: format, floats: floats).write(to: path)
    try expect(try TransformerFile.open(path), model) { _, weights in
      floats == .f16 ? weights.map { Float(Float16($0)) } : weights
    }
    let first = try WholeFile.read(path)
    if floats == format.floats[0] {
      _ = try TransformerExport(model.float, as: format).write(to: path)
      #expect(try WholeFile.read(path) == first, "the format's first way, unless another is asked for")
    }
  }

  @Test func whatAFormatCannotHoldIsRefused() throws {
    func refusal(
      _ scheme: TransformerScheme?, _ format: TransformerExport.Format, _ floats: TransformerExport.Floats? = nil,
      inner: Int = 96
    ) throws -> String? {
      let model = try ConvertedModel(inner: inner)
      let checkpoint = try scheme.map(model.converted) ?? model.float
      return line { _ = try TransformerExport(checkpoint, as: format, floats: floats) }
    }
    func groups(_ size: Int, bits: Int = 8) -> TransformerScheme {
      .init(weights: .perGroup, activations: .perGroup, group: size, bits: bits)
    }
    #expect(
      try refusal(.init(weights: .perRow, activations: .perToken), .gguf)
        == "weights: expected per_group, of which gguf holds integers and scales as they are, found per_row; "
        + "convert with weights: per_group, activations: per_group, group: 32")
    #expect(try refusal(.init(weights: .perTensor, activations: .none), .llama2c)?.contains("per_tensor") == true)
    #expect(
      try refusal(groups(8), .gguf)
        == "group: expected 32, as blocks of Q8_0 and Q4_0 have, found 8; convert with group: 32")
    #expect(
      try refusal(groups(4), .gguf, inner: 172)
        == "group: expected 32, as blocks of Q8_0 and Q4_0 have, found 4; "
        + "rows of 64 and 172 are not whole blocks; export as llama2c")
    #expect(
      try refusal(groups(32, bits: 4), .llama2c)
        == "bits: expected 8, which runq.c reads, found 4; convert with bits: 8, or export as gguf")
    #expect(
      try refusal(groups(32), .gguf, .f16)
        == "expected a float checkpoint to write as f16, found one in integers; give what import-transformer wrote")
    #expect(try refusal(nil, .gguf, .v0) == "floats of gguf: expected f32 or f16, found v0")
    #expect(try refusal(nil, .llama2c, .f32) == "floats of llama2c: expected v0 or v1, found f32")
  }

  // Who holds a writer may give it another's matrix; a stage never does.
  @Test func aWriterTakesItsOwnGroupsAlone() throws {
    let model = try ConvertedModel()
    let matrix = try #require(
      try model.converted(.init(weights: .perGroup, activations: .perGroup, group: 8)).groupedMatrix(.embedding))
    func refusal(_ body: (inout GGUFWriter) throws -> Void, _ type: GGUFWriter.MatrixType) -> String? {
      line {
        var writer = try GGUFWriter(model.folder.path("x"), model.configuration, matrices: type)
        try body(&writer)
        _ = try writer.finish()
      }
    }
    let name = "tensor 'tok_embeddings.weight': expected "
    #expect(
      refusal({ try $0.append(matrix, to: .embedding) }, .q8_0) == name
        + "groups of 32 of 8 bits, found groups of 8 of 8 bits")
    #expect(refusal({ try $0.append(matrix, to: .embedding) }, .f32) == name + "floats, found integers")
    #expect(
      refusal(
        { writer in
          try [Float](repeating: 1, count: 64).withUnsafeBufferPointer { try writer.append($0, to: .embedding) }
        }, .q4_0)
        == name + "integers with scales of groups, found floats; convert the model first")
    #expect(!FileManager.default.fileExists(atPath: model.folder.path("x")))
  }
}
