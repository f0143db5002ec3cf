internal import GRDB

extension Catalog {
  /// Which of the two networks a figure belongs to.
  public enum Model: String, Sendable, Hashable, CaseIterable {
    /// The trained network.
    case float32
    /// The quantized network.
    case int8
  }

  /// A figure that a run measured: a row of `metric`.
  public struct Metric: Sendable, Hashable {
    /// The network it belongs to, nil when to neither or to both.
    public var model: Model?
    /// The layer it belongs to, empty for the network as a whole.
    public var layer: String
    /// What was measured. The names that the views read are constants of this type.
    public var name: String
    /// The figure. NaN is kept, as NULL.
    public var value: Double
    /// The unit, empty for a pure number.
    public var unit: String

    /// A figure with the given facts.
    public init(_ name: String, model: Model? = nil, layer: String = "", value: Double, unit: String) {
      self.model = model
      self.layer = layer
      self.name = name
      self.value = value
      self.unit = unit
    }

    /// The share of images classified rightly, 0 to 1.
    public static func accuracy(_ model: Model, _ fraction: Double) -> Metric {
      Metric("accuracy", model: model, value: fraction, unit: "fraction")
    }

    /// The size of the network's checkpoint.
    public static func fileBytes(_ model: Model, _ bytes: Int64) -> Metric {
      Metric("file_bytes", model: model, value: Double(bytes), unit: "bytes")
    }

    /// The speed of inference.
    public static func imagesPerSecond(_ model: Model, _ rate: Double) -> Metric {
      Metric("images_per_second", model: model, value: rate, unit: "images/s")
    }

    /// What int8's activations of such a batch take in memory.
    public static func activationBytes(_ bytes: Int64) -> Metric {
      Metric("activation_bytes", model: .int8, value: Double(bytes), unit: "bytes")
    }

    /// The number of images that were inferred at once when the speed was measured.
    public static func batch(_ images: Int) -> Metric {
      Metric("batch", value: Double(images), unit: "images")
    }

    /// The share of images on which both networks decide alike, 0 to 1.
    public static func agreement(_ fraction: Double) -> Metric {
      Metric("agreement", value: fraction, unit: "fraction")
    }

    init(row: Row) {
      model = Model(rawValue: row["model"])
      layer = row["layer"]
      name = row["name"]
      value = (row["value"] as Double?) ?? .nan
      unit = row["unit"]
    }

    func insert(run: Int64, into database: Database) throws {
      let statement = try database.cachedStatement(
        sql: "INSERT INTO metric (run, model, layer, name, value, unit) VALUES (?, ?, ?, ?, ?, ?)")
      // SQLite knows no NaN: it would store NULL by itself, and this says so.
      let stored = value.isNaN ? nil : value
      try statement.execute(arguments: [run, model?.rawValue ?? "", layer, name, stored, unit])
    }
  }
}
