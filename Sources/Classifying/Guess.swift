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
