/// Merges neighbours until none is left that merges: those of the lowest rank first, of equal ones the leftmost.
///
/// What stands in the text is a chain, and what could merge waits in a heap, so that n pieces cost n log n; the plain
/// loop, which looks at all neighbours for each merge, costs n². Both make the same tokens. Its memory is kept from one
/// text to the next.
struct Merging {
  /// Two neighbours that could merge. They no longer can where either has changed since.
  private struct Candidate {
    /// Rank above, place of the left one below: candidates come in the order of this.
    var order: UInt64
    /// The two tokens, as `PieceMerges.joined` has them.
    var pair: UInt64
    /// What they become.
    var token: Int32
  }

  private let merges: PieceMerges
  private var heap: [Candidate] = []
  private var next: [Int] = []
  private var previous: [Int] = []

  init(_ merges: PieceMerges) { self.merges = merges }

  /// Merges within the given tokens.
  /// - Precondition: there are fewer than 2³² of them.
  mutating func merge(_ tokens: inout [Int32]) {
    let count = tokens.count
    guard count > 1 else { return }
    precondition(count <= Int(UInt32.max), "a text has fewer than 2³² pieces")
    next = Array(1...count)
    previous = Array(-1..<count - 1)
    heap.removeAll(keepingCapacity: true)
    for place in 0..<count - 1 { consider(tokens, place) }
    while let best = takeFirst() {
      let left = Int(best.order & 0xFFFF_FFFF)
      let right = next[left]
      guard tokens[left] >= 0, right < count, PieceMerges.joined(tokens[left], tokens[right]) == best.pair else {
        continue
      }
      tokens[left] = best.token
      tokens[right] = -1
      next[left] = next[right]
      if next[left] < count { previous[next[left]] = left }
      if previous[left] >= 0 { consider(tokens, previous[left]) }
      consider(tokens, left)
    }
    tokens.removeAll { $0 < 0 }
  }

  /// Puts the token of a place and its right neighbour into the heap, if they merge.
  private mutating func consider(_ tokens: [Int32], _ left: Int) {
    let right = next[left]
    guard right < tokens.count, let merged = merges.merged(tokens[left], tokens[right]) else { return }
    heap.append(
      Candidate(
        order: UInt64(merged.rank) << 32 | UInt64(left), pair: PieceMerges.joined(tokens[left], tokens[right]),
        token: merged.token))
    var child = heap.count - 1
    while child > 0, heap[child].order < heap[(child - 1) / 2].order {
      heap.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  private mutating func takeFirst() -> Candidate? {
    guard let first = heap.first else { return nil }
    let last = heap.removeLast()
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while 2 * parent + 1 < heap.count {
      var child = 2 * parent + 1
      if child + 1 < heap.count, heap[child + 1].order < heap[child].order { child += 1 }
      guard heap[child].order < heap[parent].order else { break }
      heap.swapAt(child, parent)
      parent = child
    }
    return first
  }
}
