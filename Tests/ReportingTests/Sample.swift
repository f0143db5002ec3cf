import Reporting

extension Report {
  /// A small report with something in every part.
  static func sample(isSynthetic: Bool = false) -> Report {
    Report(
      title: "digits",
      dataset: .init(
        name: isSynthetic ? "synthetic-digits" : "mnist", isSynthetic: isSynthetic, trainImages: 60_000,
        testImages: 10_000),
      network: ["conv1: conv2d 1 → 16, 3×3", "fc: linear 10"],
      seeds: [.init("Training seed", "42")],
      schemes: [.sample("per-channel"), .sample("per-tensor")],
      epochs: [
        .init(number: 1, loss: 0.25, trainAccuracy: 0.9, testAccuracy: 0.95, seconds: 12.34),
        .init(number: 2, loss: 0.125, seconds: 12),
      ],
      artifacts: [
        .init(
          path: "Artifacts/digits/int8.safetensors", kind: "checkpoint", bytes: 43_120,
          sha256: String(repeating: "ab", count: 32))
      ],
      commands: ["make fetch", "make all"],
      environment: [.init("CPU", "A processor"), .init("Threads", "2")])
  }
}

extension Report.Scheme {
  /// A scheme with something in every part.
  static func sample(_ name: String) -> Report.Scheme {
    Report.Scheme(
      name: name,
      settings: .init(
        type: "static", profile: "octavo", weights: "s8 per channel", activations: "u8 per tensor", skipped: ["fc2"]),
      float32: .init(accuracy: 0.9875, bytes: 172_480, imagesPerSecond: 2000),
      int8: .init(accuracy: 0.9862, bytes: 43_120, imagesPerSecond: 5000),
      agreement: 0.9971, measurement: .init(batch: 64, threads: 2, instructionSet: "avx2"),
      layers: [
        .init(
          name: "conv1", kind: "conv2d", granularity: "per channel", weightScales: 0.25...0.5,
          activationScale: 0.125, activationZeroPoint: 3, observed: -1.5...2.25,
          accumulatorBound: 1_234_567, productPath: "pairs in int16", sqnr: 38.5),
        .init(name: "flatten", kind: "flatten"),
      ],
      scales: [
        .init(
          tensor: "conv1.weight", channel: 1, scale: 0.1, zeroPoint: 0, quantized: -127...127, dtype: "s8",
          quantization: "per_channel_symmetric", observer: "min_max", observed: -12.7...3)
      ],
      confusion: [.init(model: "int8", counts: [[97, 3], [0, 100]])])
  }
}
