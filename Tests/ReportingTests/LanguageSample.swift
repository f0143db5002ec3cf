import Reporting

extension Report {
  /// A small report of a language model with something in every part.
  static func languageSample(_ names: [String] = ["w8a8", "w8"]) -> Report {
    Report(
      title: "stories", dataset: .init(name: "tales.txt", isSynthetic: false),
      languageSchemes: names.map(LanguageScheme.sample),
      massiveActivations: [
        .init(tensor: "layers.0.feed_forward.w2.weight", channel: 40, magnitude: 500, median: 2)
      ],
      languageHistory: [
        .sample(4, "w8a8", divergence: 0.004), .sample(7, "w8a8", divergence: 0.002),
        .sample(8, "w8", divergence: 0.001),
      ],
      configs: [.init(path: "w8a8.yaml", text: "weights: per_row\n")],
      artifacts: [.init(path: "int8", kind: "checkpoint", bytes: 250, sha256: String(repeating: "ab", count: 32))],
      commands: ["make all"], environment: [.init("Threads", "2")])
  }
}

extension Report.LanguagePoint {
  static func sample(_ run: Int64, _ scheme: String, divergence: Double) -> Self {
    .init(
      run: run, scheme: scheme, started: "2026-01-30 12:00:00", commit: "0123abcd", perplexityRatio: 1.00199,
      divergence: divergence, sameTop1: 0.9773, bytes: 250_000, generatedRate: 300, speedRatio: 1.5)
  }
}

extension Report.LanguageScheme {
  /// A scheme with something in every part. Its flips come in the text's order.
  static func sample(_ name: String) -> Self {
    .init(
      name: name, run: 7,
      settings: .init(type: "dynamic", profile: "octavo", weights: "s8 per channel", activations: "s8 per row"),
      float32: .init(perplexity: .init(4.5135, error: 0.05), bytes: 1_000_000, promptRate: 800, generatedRate: 200),
      int8: .init(perplexity: .init(4.5224, error: 0.05), bytes: 250_000, promptRate: 1600, generatedRate: 300),
      predictions: 19_124, perplexityRatio: .init(1.00199, error: 0.00045),
      divergence: .init(0.001714, error: 0.000018), sameTop1: .init(0.9773, error: 0.0011),
      flips: [
        .init(window: 0, position: 3, float32: "' dog'", int8: "'\n'", margin: 0.0125),
        .init(window: 1, position: 9, float32: "' a|b'", int8: "token 2", margin: 0.75),
      ],
      verdicts: [
        Verdict(
          scheme: name, limit: "kl_divergence", what: "KL divergence", measured: "0.001714 nats", allowed: "0.003",
          run: 7, holds: true)
      ],
      conditions: "2 threads, avx2",
      layers: [
        .init(tensor: "layers.0.attention.wq.weight", sqnr: .infinity, largest: 3.5, channel: 12),
        .init(tensor: "layers.0.feed_forward.w2.weight", sqnr: 21.46),
      ],
      scales: [
        .init(
          tensor: "layers.0.attention.wq.weight", count: 64, least: 0.001, mean: 0.002, largest: 0.004,
          quantized: -127...127, dtype: "s8", quantization: "per_channel_symmetric", observer: "min_max")
      ], warnings: ["a channel is dead"])
  }
}
