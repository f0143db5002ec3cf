import Files
import ImportingTransformer
import TestSupport
import Testing
import Transformer

/// What a path holds is told by its bytes, and every refusal begins with the path.
@Suite struct TransformerFileTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("model") }

  init() throws { folder = try TemporaryFolder() }

  private func refusal(_ bytes: [UInt8]) throws -> String? {
    try WholeFile.write(bytes, to: path)
    return line { _ = try TransformerFile.open(path) }
  }

  @Test func eachFormIsTold() throws {
    let network = try SmallNetwork()
    for bytes in [RawLlama2C.v0(network), RawLlama2C.v1(network), RawGGUF(network).bytes] {
      try WholeFile.write(bytes, to: path)
      let source = try TransformerFile.open(path)
      #expect(source.configuration == network.configuration)
      #expect(try source.weights(of: .classifier) == network[.classifier])
      #expect(source.files.map(\.path) == [path])
    }
    let other = try RawFolder(network)
    try other.writeConfiguration()
    try other.writeTensors("model.safetensors")
    #expect(try TransformerFile.open(other.path).weights(of: .query(1)) == network[.query(1)])
  }

  @Test func aRefusalNamesThePath() throws {
    #expect(
      try refusal([]) == "\(path): not a file of llama2.c: expected a header of 28 bytes, found 0 bytes in all")
    #expect(
      try refusal(Array("GGUF".utf8))
        == "\(path): the header at byte 4: expected 4 bytes, found 0 before the file's end")
    #expect(try refusal([0x50, 0x4B, 0x03, 0x04])?.hasPrefix("\(path): a file that PyTorch pickled; ") == true)
    let safetensors = littleEndian([UInt64(2)]) + Array("{}".utf8)
    #expect(try refusal(safetensors)?.hasPrefix("\(path): a file of safetensors, which says no sizes; ") == true)
    let missing = folder.path("none")
    #expect(line { _ = try TransformerFile.open(missing) }?.hasPrefix("\(missing): cannot be read: ") == true)
    #expect(
      line { _ = try TransformerFile.open(folder.path) }?.hasPrefix("\(folder.path("config.json")): cannot be read")
        == true)
  }
}
