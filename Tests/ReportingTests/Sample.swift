import Reporting

extension Report {
  /// A small report with something in every part.
  static func sample(isSynthetic: Bool = false) -> Report {
    Report(
      title: "digits",
      dataset: .init(
        name: isSynthetic ? "synthetic-digits" : "mnist", isSynthetic: isSynthetic, trainImages: 60_000,
        testImages: 10_000),
      networks: [
        .init(
          title: "trained", nodes: [.sample("conv1", "conv2d 3x3", rows: 0..<1), .sample("relu1", "relu", rows: 1..<2)]),
        .init(title: "fused", nodes: [.sample("conv1", "conv2d 3x3, relu", rows: 0..<2)]),
      ],
      seeds: [.init("Training seed", "42")],
      schemes: [.sample("per-channel"), .sample("per-tensor")],
      calibrations: [
        .init(
          title: "2 batches of 3 training images", schemes: ["per-channel", "per-tensor"],
          sheet: GreyImage(width: 2, height: 1, pixels: [0, 255]))
      ],
      history: [
        .sample(7, "per-channel"), .sample(8, "per-tensor"),
        .init(
          run: 9, scheme: "per-channel", started: "2026-01-31 12:00:00", commit: nil, float32: 0.9875, int8: 0.9862,
          bytes: 43_120, imagesPerSecond: nil, speedRatio: nil),
      ],
      devices: [
        .init(
          scheme: "per-channel", machine: "cortex-m4", images: 500, scores: 5000, differingScores: 0,
          flashBytes: 65_000, ramBytes: 6000, instructions: 3_500_000, referenceInstructions: 9_100_000),
        .init(
          scheme: "per-tensor", machine: "riscv64", images: 500, scores: 5000, differingScores: 12, flashBytes: 65_000,
          ramBytes: 6000, instructions: nil, referenceInstructions: nil),
      ],
      epochs: [
        .init(number: 1, loss: 0.25, trainAccuracy: 0.9, testAccuracy: 0.95, seconds: 12.34),
        .init(number: 2, loss: 0.125, seconds: 12),
      ],
      configs: [.init(path: "train.yaml", text: "epochs: 2\n"), .init(path: "gone.yaml", text: nil)],
      artifacts: [
        .init(
          path: "Artifacts/digits/int8.safetensors", kind: "checkpoint", bytes: 43_120,
          sha256: String(repeating: "ab", count: 32))
      ],
      commands: ["make fetch", "make all"],
      environment: [.init("CPU", "A processor"), .init("Threads", "2")])
  }

  /// The same with one scheme.
  static func sampleOfOne() -> Report {
    var report = sample()
    report.schemes.removeLast()
    return report
  }
}

extension Report.NetworkStage.Node {
  static func sample(_ name: String, _ operation: String, rows: Range<Int>) -> Self {
    .init(name: name, operation: operation, shape: "16x28x28", numbers: .float32, rows: rows)
  }
}

extension Report.HistoryPoint {
  static func sample(_ run: Int64, _ scheme: String) -> Self {
    .init(
      run: run, scheme: scheme, started: "2026-01-30 12:00:00", commit: "0123abcd", float32: 0.9875, int8: 0.9872,
      bytes: 43_000 + run, imagesPerSecond: 5000, speedRatio: 2.5)
  }
}

extension Report.Scheme {
  /// A scheme with something in every part.
  static func sample(_ name: String) -> Report.Scheme {
    let values = Report.Histogram(low: -1.5, high: 2.25, counts: [1, 5, 20, 3])
    return Report.Scheme(
      name: name, run: 7,
      settings: .init(
        type: "static", profile: "octavo", weights: "s8 per channel", activations: "u8 per tensor", skipped: ["fc2"]),
      float32: .init(
        accuracy: 0.9875, interval: 0.985...0.9895, bytes: 172_480, imagesPerSecond: 2000,
        tensors: [.init("conv1.weight", 576)], cost: .sample(floats: 1_000_000, integers: 0, bytes: 4)),
      int8: .init(
        accuracy: 0.9862, interval: 0.9837...0.9883, bytes: 43_120, imagesPerSecond: 5000,
        tensors: [.init("conv1.scale", 4), .init("conv1.weight", 144)],
        cost: .sample(floats: 0, integers: 1_000_000, bytes: 1)),
      agreement: 0.9971, significance: .init(onlyFloat32Right: 20, onlyInt8Right: 7, pValue: 0.0191),
      verdicts: [.sample(name, "accuracy_drop", holds: true), .sample(name, "size_ratio", holds: true)],
      measurement: .init(batch: 64, threads: 2, instructionSet: "avx2"),
      layers: [
        .init(
          name: "conv1", kind: "conv2d", granularity: "per channel", weightScales: 0.25...0.5,
          activationScale: 0.125, activationZeroPoint: 3, observed: -1.5...2.25,
          accumulatorBound: 1_234_567, pairBound: 30_000, productPath: "pairs in int16",
          output: .init(sqnr: 38.5, clipped: 0.000041, values: values),
          weight: .init(sqnr: 42.25, clipped: 0, values: values),
          meanError: -0.00125, maxError: 0.5),
        .init(name: "flatten", kind: "flatten"),
      ],
      costs: [
        .init(name: "conv1", accuracy: 0.9871, drop: .init(from: 0.9875, to: 0.9871), agreement: 0.9985, sqnr: 41.5)
      ],
      scales: [
        .init(
          tensor: "conv1.weight", channel: 0, scale: 0.2, zeroPoint: 0, quantized: -127...127, dtype: "s8",
          quantization: "per_channel_symmetric", observer: "min_max", observed: -25.4...3),
        .init(
          tensor: "conv1.weight", channel: 1, scale: 0.1, zeroPoint: 0, quantized: -127...127, dtype: "s8",
          quantization: "per_channel_symmetric", observer: "min_max", observed: -12.7...3),
      ],
      confusion: [.init(model: "int8", counts: [[97, 3], [0, 100]])],
      disagreements: [
        .init(
          index: 417, label: 4, image: GreyImage(width: 3, height: 2, pixels: [0, 128, 255, 1, 2, 3]),
          float32: [.init(label: 4, probability: 0.61)],
          int8: [.init(label: 9, probability: 0.55), .init(label: 4, probability: 0.44)])
      ])
  }
}

extension Report.Cost {
  static func sample(floats: Int, integers: Int, bytes: Int) -> Report.Cost {
    .init(
      integerProducts: integers, floatProducts: floats, weightBytes: 1000 * bytes, activationBytes: 500 * bytes,
      arithmetic: 4_600_000 * Double(bytes) / 4, onChip: 18_750 * Double(bytes), fromDRAM: 168_750 * Double(bytes))
  }
}

extension Verdict {
  static func sample(_ scheme: String, _ limit: String, holds: Bool) -> Verdict {
    Verdict(
      scheme: scheme, limit: limit, what: limit.replacing("_", with: " "), measured: "0.13 points", allowed: "0.1",
      run: 7,
      holds: holds)
  }
}
