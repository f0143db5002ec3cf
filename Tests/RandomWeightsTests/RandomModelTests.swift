import Checkpoints
import Files
import ImportingTransformer
import Kernels
import RandomWeights
import TestSupport
import Tensors
import Testing
import Transformer

/// Folders of random weights, read back as import-transformer reads any other's.
@Suite struct RandomModelTests {
  private let folder: TemporaryFolder
  private var path: String { folder.path("model.safetensors") }

  init() throws { folder = try TemporaryFolder() }

  /// A network whose embedding is more than two shards, the last of them not whole.
  private static func sizes(isTied: Bool = true) throws -> TransformerConfiguration {
    try TransformerConfiguration(
      hiddenSize: 130, intermediateSize: 520, layers: 2, heads: 5, keyValueHeads: 1, vocabularySize: 1009,
      contextLength: 64, isTied: isTied)
  }

  private func write(
    _ sizes: TransformerConfiguration, seed: UInt64 = 7, threads: Int = 2
  ) throws -> (weights: FileDigest, configuration: FileDigest) {
    try RandomModel(sizes, seed: seed, pool: ThreadPool(threads: threads)).write(to: folder.path)
  }

  @Test(arguments: [true, false]) func itIsWhatImportReads(_ isTied: Bool) throws {
    let sizes = try Self.sizes(isTied: isTied)
    let written = try write(sizes)
    // A tensor that is missing, of another shape or one too many is refused here.
    let model = try HuggingFaceModel(folder.path)
    #expect(model.configuration == sizes && model.notes.isEmpty)
    #expect(model.files.map(\.digest) == [written.configuration, written.weights])
    for tensor in TransformerTensor.all(sizes) {
      #expect(model.storage(of: tensor) == .half(.f16))
      if !tensor.isMatrix { #expect(try model.weights(of: tensor).allSatisfy { $0 == 1 }) }
    }
    #expect(try folder.files() == ["config.json", "model.safetensors"])
  }

  // numpy 2, by another program for the generator, the table and the shards.
  @Test func everyMachineWritesTheSameWeights() throws {
    _ = try write(Self.sizes())
    let view = try #require(try Safetensors.decode(FileBytes(of: path)).view("model.embed_tokens.weight"))
    #expect(
      view.withUnsafeBytes { SHA256Digest.hex(of: [UInt8]($0)) }
        == "44f04bf94d8043636c90effc5bcdffe3e1475248e41afe04ac5c89bf162fd1f4")
  }

  @Test func threadsChangeNothingAndTheSeedAllWeights() throws {
    let sizes = try Self.sizes()
    let one = try write(sizes, threads: 1).weights
    #expect(try write(sizes, threads: 2).weights == one)
    let weights = try HuggingFaceModel(folder.path).weights(of: .value(0))
    #expect(try write(sizes, seed: 8).weights != one)
    let others = try HuggingFaceModel(folder.path).weights(of: .value(0))
    #expect(zip(weights, others).filter { $0 == $1 }.count < weights.count / 100)
  }

  @Test func weightsAreNearNormal() throws {
    let sizes = try Self.sizes()
    _ = try write(sizes)
    let model = try HuggingFaceModel(folder.path)
    for (tensor, inner) in [(TransformerTensor.embedding, 130.0), (.gate(0), 130), (.down(1), 520)] {
      let weights = try model.weights(of: tensor).map { Double($0) * inner.squareRoot() }
      let count = Double(weights.count)
      let mean = weights.reduce(0, +) / count
      let variance = weights.reduce(0) { $0 + $1 * $1 } / count
      // Four times what chance may move them by.
      #expect(abs(mean) < 4 / count.squareRoot() && abs(variance - 1) < 4 * (2 / count).squareRoot())
      // 68.27 % of a normal distribution, 95.45 %: the table's 2048 draws may be off by a hundredth or two.
      for (limit, share) in [(1.0, 0.6827), (2.0, 0.9545)] {
        #expect(abs(Double(weights.filter { abs($0) < limit }.count) / count - share) < 0.03)
      }
    }
  }

  @Test func twoTensorsAreNotTheSame() throws {
    _ = try write(Self.sizes())
    let model = try HuggingFaceModel(folder.path)
    let (left, right) = (try model.weights(of: .gate(0)), try model.weights(of: .gate(1)))
    #expect(zip(left, right).filter { $0 == $1 }.count < left.count / 100)
    // Nor two shards of one: they are 65,536 weights apart.
    let embedding = try model.weights(of: .embedding)
    #expect(zip(embedding, embedding.dropFirst(1 << 16)).filter { $0 == $1 }.count < 1000)
  }

  @Test func progressIsOfBytes() throws {
    var steps: [(Int, Int)] = []
    let model = RandomModel(try Self.sizes(), seed: 0, pool: ThreadPool(threads: 1))
    _ = try model.write(to: folder.path) { steps.append(($0, $1)) }
    let all = try TransformerTensor.all(Self.sizes()).reduce(0) { $0 + 2 * $1.shape(try Self.sizes()).count }
    #expect(steps.last ?? (0, 0) == (all, all) && steps.map(\.0) == steps.map(\.0).sorted())
  }

  /// 134 MB of weights, of which two tensors have 66 MB each.
  @Test func aLargeModelIsNeverInMemory() async {
    await #expect(processExitsWith: .success) {
      let folder = try TemporaryFolder()
      let sizes = try TransformerConfiguration(
        hiddenSize: 1024, intermediateSize: 256, layers: 1, heads: 1, keyValueHeads: 1, vocabularySize: 1 << 15,
        contextLength: 8, isTied: false)
      let before = try residentBytes("VmRSS")
      let written = try RandomModel(sizes, seed: 0, pool: ThreadPool(threads: 2)).write(to: folder.path)
      #expect(written.weights.bytes > 134_000_000)
      #expect(try residentBytes("VmHWM") - before < 24 << 20)
    }
  }
}

/// What `--shape` names.
@Suite struct RandomShapeTests {
  /// The weights that their publishers state, 110m's with 32,000 rows of 768 for a classifier of its own.
  @Test(
    arguments: [
      ("15m", 15_191_712), ("110m", 109_529_856 + 24_576_000), ("1.1b", 1_100_048_384), ("7b", 6_738_415_616),
    ]
  )
  func theSizesArePublishedOnes(_ name: String, _ count: Int) throws {
    let sizes = try #require(RandomShape(rawValue: name)).configuration()
    #expect(TransformerTensor.all(sizes).reduce(0) { $0 + $1.shape(sizes).count } == count)
  }

  @Test func anotherNameIsNone() {
    #expect(RandomShape.allCases.count == 4)
    for name in ["", "15M", "7b ", "13b"] { #expect(RandomShape(rawValue: name) == nil) }
  }
}
