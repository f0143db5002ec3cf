import Tables

extension Report {
  /// What one network measures.
  public struct Figures: Sendable, Hashable {
    /// The share of test images classified rightly, 0 to 1.
    public var accuracy: Double
    /// Where that share may truly lie, at 95 %.
    public var interval: ClosedRange<Double>
    /// The size of its checkpoint.
    public var bytes: Int64
    /// The speed of inference, nil when it was not measured.
    public var imagesPerSecond: Double?
    /// What the checkpoint's bytes are spent on, in order.
    public var tensors: [TensorBytes]
    /// What an inference asks of a machine, by estimate; nil when that is not known.
    public var cost: Cost?

    /// The given figures.
    public init(
      accuracy: Double, interval: ClosedRange<Double>, bytes: Int64, imagesPerSecond: Double? = nil,
      tensors: [TensorBytes] = [], cost: Cost? = nil
    ) {
      self.accuracy = accuracy
      self.interval = interval
      self.bytes = bytes
      self.imagesPerSecond = imagesPerSecond
      self.tensors = tensors
      self.cost = cost
    }
  }

  /// The bytes of one tensor of a checkpoint.
  public struct TensorBytes: Sendable, Hashable {
    /// The tensor's name, `conv1.weight`.
    public var name: String
    /// Its bytes.
    public var bytes: Int64

    /// A tensor of so many bytes.
    public init(_ name: String, _ bytes: Int64) {
      self.name = name
      self.bytes = bytes
    }
  }

  /// The work of one inference and an estimate of its energy.
  public struct Cost: Sendable, Hashable {
    /// Products of 8-bit integers.
    public var integerProducts: Int
    /// Products of 32-bit floats.
    public var floatProducts: Int
    /// Bytes of parameters.
    public var weightBytes: Int
    /// Bytes of activations read and written.
    public var activationBytes: Int
    /// Picojoules of arithmetic.
    public var arithmetic: Double
    /// Picojoules of moving all bytes within a chip.
    public var onChip: Double
    /// Picojoules of moving them when parameters come from DRAM.
    public var fromDRAM: Double

    /// The given work and energies.
    public init(
      integerProducts: Int, floatProducts: Int, weightBytes: Int, activationBytes: Int, arithmetic: Double,
      onChip: Double, fromDRAM: Double
    ) {
      self.integerProducts = integerProducts
      self.floatProducts = floatProducts
      self.weightBytes = weightBytes
      self.activationBytes = activationBytes
      self.arithmetic = arithmetic
      self.onChip = onChip
      self.fromDRAM = fromDRAM
    }
  }

  /// What the speeds were measured under: without it a speed means nothing.
  public struct Measurement: Sendable, Hashable {
    /// The number of images inferred at once.
    public var batch: Int
    /// The number of threads.
    public var threads: Int
    /// The instruction set of the kernels.
    public var instructionSet: String
    /// What int8's activations of a batch take in memory; nil where it was not recorded.
    public var activationBytes: Int64?

    /// The given conditions.
    public init(batch: Int, threads: Int, instructionSet: String, activationBytes: Int64? = nil) {
      self.batch = batch
      self.threads = threads
      self.instructionSet = instructionSet
      self.activationBytes = activationBytes
    }

    /// `batch 64, 2 threads, avx2, activations in 173.1 KB`.
    var words: String {
      "batch \(batch), \(threads) threads, \(instructionSet)"
        + (activationBytes.map { ", activations in \(Format.bytes($0))" } ?? "")
    }
  }

  /// One way of quantizing, and what came of it.
  public struct Scheme: Sendable, Hashable {
    /// The scheme's name.
    public var name: String
    /// The evaluation's number in the catalog.
    public var run: Int64
    /// How it quantizes, nil when that was not recorded.
    public var settings: Settings?
    /// The trained network.
    public var float32: Figures
    /// The quantized network.
    public var int8: Figures
    /// The share of test images on which both decide alike, 0 to 1, nil when it was not measured.
    public var agreement: Double?
    /// Whether the difference of both accuracies could be chance; nil when it was not tested.
    public var significance: Significance?
    /// The pipeline's limits, held against these figures.
    public var verdicts: [Verdict]
    /// What the speeds were measured under.
    public var measurement: Measurement?
    /// The layers, first to last.
    public var layers: [Layer]
    /// What each layer costs when it alone is int8, the one that costs most first; empty when that was not measured.
    public var costs: [LayerCost]
    /// Every scale of every tensor.
    public var scales: [Scale]
    /// The confusion matrices.
    public var confusion: [ConfusionMatrix]
    /// The images on which both networks decide differently.
    public var disagreements: [Disagreement]
    /// What the stages that made the int8 network warned of, a line each.
    public var warnings: [String]

    /// A scheme with the given results.
    public init(
      name: String, run: Int64, settings: Settings? = nil, float32: Figures, int8: Figures, agreement: Double? = nil,
      significance: Significance? = nil, verdicts: [Verdict] = [], measurement: Measurement? = nil,
      layers: [Layer] = [], costs: [LayerCost] = [], scales: [Scale] = [], confusion: [ConfusionMatrix] = [],
      disagreements: [Disagreement] = [], warnings: [String] = []
    ) {
      self.name = name
      self.run = run
      self.settings = settings
      self.float32 = float32
      self.int8 = int8
      self.agreement = agreement
      self.significance = significance
      self.verdicts = verdicts
      self.measurement = measurement
      self.layers = layers
      self.costs = costs
      self.scales = scales
      self.confusion = confusion
      self.disagreements = disagreements
      self.warnings = warnings
    }

    /// What int8 loses.
    var drop: AccuracyDrop { AccuracyDrop(from: float32.accuracy, to: int8.accuracy) }

    /// How many times faster int8 is, nil when a speed is missing.
    var speedRatio: Double? {
      guard let float = float32.imagesPerSecond, let int = int8.imagesPerSecond else { return nil }
      return int / float
    }
  }

  /// How a scheme quantizes.
  public struct Settings: Sendable, Hashable {
    /// `static`, `qat`, `dynamic`, `weight_only`.
    public var type: String
    /// Whose arithmetic the integers follow.
    public var profile: String
    /// How weights are quantized, `s8 per channel symmetric -127...127, min_max`.
    public var weights: String
    /// How activations are, `float` when they are not.
    public var activations: String
    /// The layers that stay float.
    public var skipped: [String]

    /// The given settings.
    public init(type: String, profile: String, weights: String, activations: String, skipped: [String] = []) {
      self.type = type
      self.profile = profile
      self.weights = weights
      self.activations = activations
      self.skipped = skipped
    }

    /// The settings in a sentence.
    var sentence: String {
      "Type \(type), profile \(profile). Weights \(weights); activations \(activations)."
        + (skipped.isEmpty ? "" : " Float layers: \(skipped.joined(separator: ", ")).")
    }
  }

  /// McNemar's exact test of both networks on the same images.
  public struct Significance: Sendable, Hashable {
    /// Images that float32 alone classifies rightly.
    public var onlyFloat32Right: Int
    /// Images that int8 alone classifies rightly.
    public var onlyInt8Right: Int
    /// How often two equally good networks would differ at least as much, 0 to 1.
    public var pValue: Double

    /// The given counts and what they give.
    public init(onlyFloat32Right: Int, onlyInt8Right: Int, pValue: Double) {
      self.onlyFloat32Right = onlyFloat32Right
      self.onlyInt8Right = onlyInt8Right
      self.pValue = pValue
    }
  }

  /// How often a network took one class for another.
  public struct ConfusionMatrix: Sendable, Hashable {
    /// The network: `float32`, `int8`.
    public var model: String
    /// `counts[actual][predicted]`. // (labels, classes)
    public var counts: [[Int]]

    /// A matrix of the given counts.
    /// - Precondition: every row is as long, and no shorter than there are rows.
    public init(model: String, counts: [[Int]]) {
      precondition(
        counts.allSatisfy { $0.count == counts[0].count && $0.count >= counts.count },
        "a confusion matrix has a column for each class: \(counts.map(\.count)) for \(counts.count) rows")
      self.model = model
      self.counts = counts
    }
  }
}
