/// How a cache keeps keys and values.
public enum KeyValuePrecision: String, Sendable, Codable, CaseIterable {
  /// As they are.
  case float32
  /// In bytes within -127 ... 127, with a scale for each head's key, and for its value, of each position: max / 127.
  case int8
  /// Likewise, of keys and values turned by a Hadamard matrix, which spreads over all channels what few of them carry. Queries
  /// are turned too, and what becomes of values is turned back. Heads are of a size that is a power of two.
  case int8Rotated = "int8_rotated"
}
