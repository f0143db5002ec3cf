extension Report {
  /// What one network measures.
  public struct Figures: Sendable, Hashable {
    /// The share of test images classified rightly, 0 to 1.
    public var accuracy: Double
    /// The size of its checkpoint.
    public var bytes: Int64
    /// The speed of inference, nil when it was not measured.
    public var imagesPerSecond: Double?

    /// The given figures.
    public init(accuracy: Double, bytes: Int64, imagesPerSecond: Double? = nil) {
      self.accuracy = accuracy
      self.bytes = bytes
      self.imagesPerSecond = imagesPerSecond
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

    /// The given conditions.
    public init(batch: Int, threads: Int, instructionSet: String) {
      self.batch = batch
      self.threads = threads
      self.instructionSet = instructionSet
    }
  }

  /// One way of quantizing, and what came of it.
  public struct Scheme: Sendable, Hashable {
    /// The scheme's name.
    public var name: String
    /// How it quantizes, nil when that was not recorded.
    public var settings: Settings?
    /// The trained network.
    public var float32: Figures
    /// The quantized network.
    public var int8: Figures
    /// The share of test images on which both decide alike, 0 to 1, nil when it was not measured.
    public var agreement: Double?
    /// What the speeds were measured under.
    public var measurement: Measurement?
    /// The layers, first to last.
    public var layers: [Layer]
    /// Every scale of every tensor.
    public var scales: [Scale]
    /// The confusion matrices.
    public var confusion: [ConfusionMatrix]

    /// A scheme with the given results.
    public init(
      name: String, settings: Settings? = nil, float32: Figures, int8: Figures, agreement: Double? = nil,
      measurement: Measurement? = nil, layers: [Layer] = [], scales: [Scale] = [],
      confusion: [ConfusionMatrix] = []
    ) {
      self.name = name
      self.settings = settings
      self.float32 = float32
      self.int8 = int8
      self.agreement = agreement
      self.measurement = measurement
      self.layers = layers
      self.scales = scales
      self.confusion = confusion
    }

    /// What int8 adds to the accuracy, as a fraction: below zero when it is worse.
    var accuracyChange: Double { int8.accuracy - float32.accuracy }

    /// How many times smaller the int8 file is.
    var sizeRatio: Double { Double(float32.bytes) / Double(int8.bytes) }

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

  /// A quantized layer.
  public struct Layer: Sendable, Hashable {
    /// The layer's name.
    public var name: String
    /// What it computes: `conv2d`, `linear`, ...
    public var kind: String
    /// The granularity of its weights: `per tensor`, `per channel`; nil when it has none.
    public var granularity: String?
    /// The smallest and the largest of its weights' scales.
    public var weightScales: ClosedRange<Float>?
    /// The scale of its output.
    public var activationScale: Float?
    /// The zero point of its output.
    public var activationZeroPoint: Int32?
    /// The range of its output that the observer saw.
    public var observed: ClosedRange<Float>?
    /// The largest magnitude its int32 accumulator can reach.
    public var accumulatorBound: Int64?
    /// How its products are computed.
    public var productPath: String?
    /// The signal-to-quantization-noise ratio of its output, in dB.
    public var sqnr: Double?

    /// A layer with the given facts.
    public init(
      name: String, kind: String, granularity: String? = nil, weightScales: ClosedRange<Float>? = nil,
      activationScale: Float? = nil, activationZeroPoint: Int32? = nil, observed: ClosedRange<Float>? = nil,
      accumulatorBound: Int64? = nil, productPath: String? = nil, sqnr: Double? = nil
    ) {
      self.name = name
      self.kind = kind
      self.granularity = granularity
      self.weightScales = weightScales
      self.activationScale = activationScale
      self.activationZeroPoint = activationZeroPoint
      self.observed = observed
      self.accumulatorBound = accumulatorBound
      self.productPath = productPath
      self.sqnr = sqnr
    }
  }

  /// How one tensor, or one channel of it, maps between integers and reals.
  public struct Scale: Sendable, Hashable {
    /// The tensor's name.
    public var tensor: String
    /// The channel, 0 when one scale serves the whole tensor.
    public var channel: Int
    /// The real step between two neighbouring integers.
    public var scale: Float
    /// The integer that stands for real zero.
    public var zeroPoint: Int32
    /// The smallest and the largest integer in use.
    public var quantized: ClosedRange<Int32>
    /// The stored type: `s8`, `u8`, `s32`.
    public var dtype: String
    /// `per_tensor_affine`, `per_channel_symmetric`, ...
    public var quantization: String
    /// What chose the range.
    public var observer: String
    /// The smallest and the largest value the observer saw.
    public var observed: ClosedRange<Float>?

    /// A scale with the given facts.
    public init(
      tensor: String, channel: Int, scale: Float, zeroPoint: Int32, quantized: ClosedRange<Int32>,
      dtype: String, quantization: String, observer: String, observed: ClosedRange<Float>? = nil
    ) {
      self.tensor = tensor
      self.channel = channel
      self.scale = scale
      self.zeroPoint = zeroPoint
      self.quantized = quantized
      self.dtype = dtype
      self.quantization = quantization
      self.observer = observer
      self.observed = observed
    }
  }

  /// How often a network took one class for another.
  public struct ConfusionMatrix: Sendable, Hashable {
    /// The network: `float32`, `int8`.
    public var model: String
    /// `counts[actual][predicted]`. // (classes, classes)
    public var counts: [[Int]]

    /// A matrix of the given counts.
    /// - Precondition: `counts` is square.
    public init(model: String, counts: [[Int]]) {
      precondition(
        counts.allSatisfy { $0.count == counts.count },
        "a confusion matrix is square: \(counts.map(\.count))")
      self.model = model
      self.counts = counts
    }
  }
}
