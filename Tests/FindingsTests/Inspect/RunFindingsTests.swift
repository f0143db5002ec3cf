import Catalog
import Findings
import FindingsSupport
import Testing

@Suite("Everything of a run")
struct RunFindingsTests {
  let shelf: Shelf
  init() throws { shelf = try Shelf() }

  /// Catches a table that is forgotten: each is there with what was recorded.
  @Test("every kind of thing that a run recorded is shown")
  func full() throws {
    let run = try shelf.run(
      "qat", seed: 7, inputs: [.file("a", "float")], outputs: [.file("b", "int8")],
      results: .init(
        quantizationScheme: .sample(weightMax: 127),
        quantizationParameters: [.sample("conv", 0, 0.5), .sample("conv", 1, 0.25), .sample("fc", 0, 0.125)],
        metrics: [.init("sqnr", model: .int8, layer: "conv", value: 38.25, unit: "dB"), .fileBytes(.int8, 814_952)],
        epochs: [.init(epoch: 1, loss: .nan, testAccuracy: 0.9875, seconds: 45.04)],
        confusion: [.init(model: .int8, actual: 1, predicted: 2, count: 3)],
        benchmarks: [.sample],
        greedyFlips: [
          .init(window: 0, position: 1, float32Token: 5, int8Token: 6, float32Text: "a", int8Text: "b", margin: 0.5)
        ],
        massiveActivations: [.init(tensor: "w2", channel: 1229, magnitude: 2949.5, median: 1.25)]))
    let lines = try RunFindings(of: run, in: shelf.catalog).plain().split(separator: "\n").map { line in
      line.split(separator: " ").joined(separator: " ")
    }
    for line in [
      "Run 1.", "stage qat", "pipeline digits", "scheme s", "status succeeded", "dataset mnist", "seed 7",
      "Command: qat --config", "git commit abc", "threads 2", "scales 3 of 2 tensors", "confusion counts 1",
      "greedy flips 1", "w2 1229 2949.5 1.25",
      "input checkpoint 10 \(String(repeating: "a", count: 64)) float",
      "output checkpoint 10 \(String(repeating: "b", count: 64)) int8",
      "weight_max 127", "activation_dtype –", "skipped conv1 fc2",
      "conv sqnr int8 38.25 dB", "file_bytes int8 814,952 bytes",
      "1 NaN – 98.75 % 45.0", "gemm 1 x 2 avx2 1 64 128 2.5000 185.00 GOP/s",
    ] {
      #expect(lines.contains(line), "\(line)")
    }
  }

  @Test("a run that recorded nothing is its row, and a failed one says why")
  func bare() throws {
    let run = try shelf.run("fuse", scheme: nil, failing: true)
    let text = try RunFindings(of: run, in: shelf.catalog).plain()
    #expect(text.contains("\nCommand: fuse --config\nError: stopped\n"))
    #expect(text.contains("\nscheme            –\n"))
    #expect(!text.contains("Files.") && !text.contains("Figures.") && !text.contains("Epochs."))
  }

  @Test("an unknown run is named, and where to look")
  func unknown() throws {
    let error = FindingsError.unknownRun(7, catalog: shelf.catalog.path)
    #expect(throws: error) { try RunFindings(of: 7, in: shelf.catalog) }
    #expect("\(error)" == "\(shelf.catalog.path): no run 7; `make history` lists the runs")
  }
}

extension Catalog.QuantizationScheme {
  /// Weights alone, up to `weightMax`.
  static func sample(weightMax: Int32) -> Self {
    Self(
      type: "weight_only", profile: "octavo",
      weights: .init(
        dtype: "s8", quantization: "per_channel_symmetric", range: -127...weightMax, observer: "min_max"),
      activations: nil, skipped: ["conv1", "fc2"])
  }
}

extension Catalog.QuantizationParameter {
  /// A channel's scale.
  static func sample(_ tensor: String, _ channel: Int, _ scale: Float, zeroPoint: Int32 = 0) -> Self {
    Self(
      tensor: tensor, channel: channel, scale: scale, zeroPoint: zeroPoint, quantMin: -127, quantMax: 127, dtype: "s8",
      scheme: "per_channel_symmetric", observer: "min_max")
  }
}

extension Catalog.Benchmark {
  /// A kernel that took 2.5 ms.
  static let sample = Self(
    kind: "kernel", name: "gemm", shape: "1 x 2", instructionSet: "avx2", threads: 1, batch: 64, images: 128, passes: 7,
    seconds: 0.0025, secondsMin: 0.002, secondsMax: 0.003, rate: 185, unit: "GOP/s")
}
