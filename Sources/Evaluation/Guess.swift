import Foundation

/// A class that a network thinks possible.
public struct Guess: Sendable, Equatable, Codable {
  /// The class: an output's number, from 0.
  public let label: Int
  /// How much of the softmax it has, 0 to 1. Rounded to a millionth, below which math libraries may differ.
  public let probability: Float

  enum CodingKeys: String, CodingKey {
    case label = "class"
    case probability
  }

  /// A class and its probability.
  public init(label: Int, probability: Float) {
    self.label = label
    self.probability = probability
  }

  /// Guesses that are kept of an image, where there are as many classes.
  static let kept = 3

  /// The likeliest classes by a network's scores, likeliest first; of equals the lower class.
  package static func top(of scores: ArraySlice<Float>) -> [Guess] {
    var order: [Int] = []
    for index in scores.indices {
      let place = order.firstIndex { scores[index] > scores[$0] } ?? order.count
      guard place < kept else { continue }
      order.insert(index, at: place)
      if order.count > kept { order.removeLast() }
    }
    guard let largest = order.first.map({ Double(scores[$0]) }) else { return [] }
    let total = scores.reduce(0.0) { $0 + exp(Double($1) - largest) }
    return order.map { index in
      let probability = exp(Double(scores[index]) - largest) / total
      return Guess(label: index - scores.startIndex, probability: Float((probability * 1e6).rounded() / 1e6))
    }
  }
}

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
