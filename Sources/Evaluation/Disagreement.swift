import Classifying

/// An image to which two models give different classes.
public struct Disagreement: Sendable, Equatable, Codable {
  /// The image's place in the test set, from 0.
  public let image: Int
  /// Its class.
  public let label: UInt8
  /// What the float model thinks, likeliest first.
  public let float32: [Guess]
  /// What the int8 model thinks, likeliest first.
  public let int8: [Guess]

  /// Whether the float model is right about it; likewise `isInt8Right`. Both can be wrong, not both right.
  public var isFloat32Right: Bool { float32.first.map { $0.label == Int(label) } ?? false }
  /// Whether the int8 model is right about it.
  public var isInt8Right: Bool { int8.first.map { $0.label == Int(label) } ?? false }

  /// Every image on which two classifications of one set differ, in order.
  package static func all(float32: Classification, int8: Classification, labels: [UInt8]) -> [Disagreement] {
    labels.indices.filter { float32.predicted[$0] != int8.predicted[$0] }.map {
      Disagreement(image: $0, label: labels[$0], float32: float32.guesses(of: $0), int8: int8.guesses(of: $0))
    }
  }
}
