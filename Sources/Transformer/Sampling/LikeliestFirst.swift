/// Tokens from the largest logit down, of equals the first.
///
/// Those near the largest are put in order at once; the others once they are reached, which few draws do: to sort a whole
/// vocabulary takes as long as the network.
struct LikeliestFirst: Sequence, IteratorProtocol {
  private let logits: [Float]
  private var sorted: [Int]
  private var others: [Int]
  private var place = 0

  /// - Parameters:
  ///   - logits: One for each token, each a number or infinite.
  ///   - distance: How far below the largest logit is near.
  init(_ logits: [Float], near distance: Float) {
    self.logits = logits
    let least = (logits.max() ?? 0) - distance
    sorted = logits.indices.filter { !(logits[$0] < least) }
    others = logits.indices.filter { logits[$0] < least }
    sort()
  }

  mutating func next() -> Int? {
    if place == sorted.count {
      (sorted, others, place) = (others, [], 0)
      sort()
    }
    guard place < sorted.count else { return nil }
    place += 1
    return sorted[place - 1]
  }

  // By tokens too: a sort that is not stable would have equals in another order elsewhere.
  private mutating func sort() {
    sorted.sort { logits[$0] == logits[$1] ? $0 < $1 : logits[$0] > logits[$1] }
  }
}
