internal import GRDB

extension Catalog {
  /// How a run quantizes: a row of `quantization_scheme`.
  public struct QuantizationScheme: Sendable, Hashable {
    /// How one kind of tensor is quantized.
    public struct Tensors: Sendable, Hashable {
      /// The stored type: `s8`, `u8`.
      public var dtype: String
      /// `per_tensor_affine`, `per_channel_symmetric`, ...
      public var quantization: String
      /// The integers in use.
      public var range: ClosedRange<Int32>
      /// What chooses ranges: `histogram`, `min_max`, ...
      public var observer: String

      /// The given facts.
      public init(dtype: String, quantization: String, range: ClosedRange<Int32>, observer: String) {
        self.dtype = dtype
        self.quantization = quantization
        self.range = range
        self.observer = observer
      }
    }
    /// `static`, `qat`, `dynamic`, `weight_only`.
    public var type: String
    /// Whose arithmetic the integers follow.
    public var profile: String
    /// How weights are quantized.
    public var weights: Tensors
    /// How activations are, nil when they stay float.
    public var activations: Tensors?
    /// When activations' ranges are halved, nil for never.
    public var reduceRange: String?
    /// The layers that stay float.
    public var skipped: [String]

    /// A scheme of the given parts.
    public init(
      type: String, profile: String, weights: Tensors, activations: Tensors?, reduceRange: String? = nil,
      skipped: [String] = []
    ) {
      self.type = type
      self.profile = profile
      self.weights = weights
      self.activations = activations
      self.reduceRange = reduceRange
      self.skipped = skipped
    }

    init(row: Row) {
      func tensors(_ kind: String) -> Tensors? {
        guard let dtype = row["\(kind)_dtype"] as String?, let quantization = row["\(kind)_quantization"] as String?,
          let low = row["\(kind)_min"] as Int32?, let high = row["\(kind)_max"] as Int32?, low <= high,
          let observer = row["\(kind)_observer"] as String?
        else { return nil }
        return Tensors(dtype: dtype, quantization: quantization, range: low...high, observer: observer)
      }
      type = row["type"]
      profile = row["profile"]
      weights = tensors("weight") ?? Tensors(dtype: "", quantization: "", range: 0...0, observer: "")
      activations = tensors("activation")
      reduceRange = row["reduce_range"]
      skipped = (row["skipped"] as String).split(separator: " ").map(String.init)
    }

    func insert(run: Int64, into database: Database) throws {
      try database.execute(
        sql: """
          INSERT INTO quantization_scheme (
            run, type, profile, weight_dtype, weight_quantization, weight_min, weight_max, weight_observer,
            activation_dtype, activation_quantization, activation_min, activation_max, activation_observer,
            reduce_range, skipped)
          VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          run, type, profile, weights.dtype, weights.quantization, weights.range.lowerBound, weights.range.upperBound,
          weights.observer, activations?.dtype, activations?.quantization, activations?.range.lowerBound,
          activations?.range.upperBound, activations?.observer, reduceRange, skipped.joined(separator: " "),
        ])
    }
  }
}
