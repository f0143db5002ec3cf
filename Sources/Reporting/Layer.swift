import Tables

extension Report {
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
    /// The largest magnitude that two neighbouring products can reach.
    public var pairBound: Int64?
    /// What quantization does to its output.
    public var output: Fidelity?
    /// What it does to its weight; nil when it has none.
    public var weight: Fidelity?
    /// The mean of int8's output less float32's, in real units.
    public var meanError: Double?
    /// The largest distance of both.
    public var maxError: Double?

    /// A layer with the given facts.
    public init(
      name: String, kind: String, granularity: String? = nil, weightScales: ClosedRange<Float>? = nil,
      activationScale: Float? = nil, activationZeroPoint: Int32? = nil, observed: ClosedRange<Float>? = nil,
      accumulatorBound: Int64? = nil, pairBound: Int64? = nil, productPath: String? = nil, output: Fidelity? = nil,
      weight: Fidelity? = nil, meanError: Double? = nil, maxError: Double? = nil
    ) {
      self.name = name
      self.kind = kind
      self.granularity = granularity
      self.weightScales = weightScales
      self.activationScale = activationScale
      self.activationZeroPoint = activationZeroPoint
      self.observed = observed
      self.accumulatorBound = accumulatorBound
      self.pairBound = pairBound
      self.productPath = productPath
      self.output = output
      self.weight = weight
      self.meanError = meanError
      self.maxError = maxError
    }
  }

  /// What a layer costs when it alone is int8 and all others are float32.
  public struct LayerCost: Sendable, Hashable {
    /// The layer.
    public var name: String
    /// The share of test images classified rightly, 0 to 1.
    public var accuracy: Double
    /// What is lost of float32's.
    public var drop: AccuracyDrop
    /// The share of test images on which it decides as float32 does, 0 to 1.
    public var agreement: Double
    /// Signal to quantization noise of the scores, in dB; infinite where nothing is lost.
    public var sqnr: Double

    /// A layer's cost.
    public init(name: String, accuracy: Double, drop: AccuracyDrop, agreement: Double, sqnr: Double) {
      self.name = name
      self.accuracy = accuracy
      self.drop = drop
      self.agreement = agreement
      self.sqnr = sqnr
    }
  }

  /// How well integers stand for a tensor's real values.
  public struct Fidelity: Sendable, Hashable {
    /// Signal to quantization noise, in dB; infinite where nothing is lost.
    public var sqnr: Double
    /// The share of values beyond the integers in use, 0 to 1; nil where no scale was fixed beforehand.
    public var clipped: Double?
    /// The float32 values; nil when they were not counted.
    public var values: Histogram?

    /// The given figures.
    public init(sqnr: Double, clipped: Double? = nil, values: Histogram? = nil) {
      self.sqnr = sqnr
      self.clipped = clipped
      self.values = values
    }
  }

  /// Values counted in equal bins.
  public struct Histogram: Sendable, Hashable {
    /// The smallest value, where the first bin begins.
    public var low: Double
    /// The largest value, where the last bin ends.
    public var high: Double
    /// Values in each bin.
    public var counts: [Int]

    /// Bins between two values.
    public init(low: Double, high: Double, counts: [Int]) {
      self.low = low
      self.high = high
      self.counts = counts
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
}
