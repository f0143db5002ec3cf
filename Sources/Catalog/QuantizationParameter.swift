internal import GRDB

extension Catalog {
  /// How one tensor, or one channel of it, maps between integers and reals: a row of
  /// `quantization_parameter`. real = scale * (quantized - zeroPoint).
  public struct QuantizationParameter: Sendable, Hashable {
    /// The tensor's name.
    public var tensor: String
    /// The channel, 0 when one scale serves the whole tensor.
    public var channel: Int
    /// The real step between two neighbouring integers.
    public var scale: Float
    /// The integer that stands for real zero.
    public var zeroPoint: Int32
    /// The smallest integer in use.
    public var quantMin: Int32
    /// The largest integer in use.
    public var quantMax: Int32
    /// The stored type: `s8`, `u8` or `s32`.
    public var dtype: String
    /// `per_tensor_affine`, `per_channel_symmetric`, ...
    public var scheme: String
    /// What chose the range: `histogram`, `min_max`, ...
    public var observer: String
    /// The smallest and largest value the observer saw, nil when it saw none.
    public var observed: ClosedRange<Float>?
    /// Why the scale is larger than that asks for: `bias`, `least_scale`; nil where it is not.
    public var raisedFor: String?

    /// A parameter with the given facts.
    public init(
      tensor: String, channel: Int = 0, scale: Float, zeroPoint: Int32, quantMin: Int32, quantMax: Int32,
      dtype: String, scheme: String, observer: String, observed: ClosedRange<Float>? = nil, raisedFor: String? = nil
    ) {
      self.tensor = tensor
      self.channel = channel
      self.scale = scale
      self.zeroPoint = zeroPoint
      self.quantMin = quantMin
      self.quantMax = quantMax
      self.dtype = dtype
      self.scheme = scheme
      self.observer = observer
      self.observed = observed
      self.raisedFor = raisedFor
    }

    init(row: Row) {
      tensor = row["tensor"]
      channel = row["channel"]
      // Exact both ways: every float32 is a REAL, and this REAL was a float32.
      scale = Float(row["scale"] as Double)
      zeroPoint = row["zero_point"]
      quantMin = row["quant_min"]
      quantMax = row["quant_max"]
      dtype = row["dtype"]
      scheme = row["scheme"]
      observer = row["observer"]
      if let low = row["observed_min"] as Double?, let high = row["observed_max"] as Double?, low <= high {
        observed = Float(low)...Float(high)
      }
      raisedFor = row["raised_for"]
    }

    func insert(run: Int64, into database: Database) throws {
      let statement = try database.cachedStatement(
        sql: """
          INSERT INTO quantization_parameter (
            run, tensor, channel, scale, zero_point, quant_min, quant_max, dtype, scheme, observer,
            observed_min, observed_max, raised_for)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """)
      try statement.execute(arguments: [
        run, tensor, channel, Double(scale), zeroPoint, quantMin, quantMax, dtype, scheme, observer,
        observed.map { Double($0.lowerBound) }, observed.map { Double($0.upperBound) }, raisedFor,
      ])
    }
  }
}
