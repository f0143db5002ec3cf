/// Finds pieces in text as they stand, the longest that begins at a byte: a tree of all their beginnings.
struct PieceFinder: Sendable {
  /// The node behind a node (above) and a byte (below); 0 is where all begin.
  private var nodes: [UInt64: Int] = [:]
  /// The token of each node, -1 where no piece ends.
  private var tokens: [Int32] = [-1]

  /// A finder of the given tokens' pieces; the first of equal ones is found, an empty one never.
  init(_ found: some Sequence<Int32>, of pieces: [[UInt8]]) {
    for token in found where !pieces[Int(token)].isEmpty {
      var node = 0
      for byte in pieces[Int(token)] {
        let key = UInt64(node) << 8 | UInt64(byte)
        if nodes[key] == nil {
          nodes[key] = tokens.count
          tokens.append(-1)
        }
        node = nodes[key, default: 0]
      }
      if tokens[node] < 0 { tokens[node] = token }
    }
  }

  /// The longest piece that begins at a byte and ends before `end` or there, nil for none.
  func longest(in bytes: [UInt8], at index: Int, end: Int) -> (token: Int32, byteCount: Int)? {
    guard !nodes.isEmpty else { return nil }
    var best: (Int32, Int)?
    var (node, place) = (0, index)
    while place < end, let child = nodes[UInt64(node) << 8 | UInt64(bytes[place])] {
      (node, place) = (child, place + 1)
      if tokens[node] >= 0 { best = (tokens[node], place - index) }
    }
    return best
  }
}
