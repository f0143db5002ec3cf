/// The five filters by which PNG writes each row as differences from bytes before it.
enum PNGFilter: UInt8 {
  case none, sub, up, average, paeth

  /// The rows themselves.
  /// - Parameters:
  ///   - filtered: each row with the number of its filter before it.
  ///   - rowBytes: bytes of a row without that number.
  ///   - step: bytes from one pixel to the next.
  static func undo(_ filtered: [UInt8], rowBytes: Int, step: Int) throws(PNGError) -> [UInt8] {
    let height = filtered.count / (1 + rowBytes)
    var plain: [UInt8] = []
    plain.reserveCapacity(height * rowBytes)
    // What lies left of a row and above the first is 0.
    var above = [UInt8](repeating: 0, count: rowBytes)
    for row in 0..<height {
      let start = row * (1 + rowBytes)
      guard let filter = PNGFilter(rawValue: filtered[start]) else {
        throw .badPixels("row \(row): expected filter 0 to 4, found \(filtered[start])")
      }
      var current = Array(filtered[(start + 1)..<(start + 1 + rowBytes)])
      if filter != .none {
        for index in current.indices {
          let left = index >= step ? current[index - step] : 0
          let corner = index >= step ? above[index - step] : 0
          current[index] &+= filter.prediction(left: left, above: above[index], corner: corner)
        }
      }
      plain += current
      above = current
    }
    return plain
  }

  /// What a byte was predicted to be: by the same byte of the pixel to the left, of the one above, and of the one above
  /// that to the left.
  private func prediction(left: UInt8, above: UInt8, corner: UInt8) -> UInt8 {
    switch self {
    case .none: return 0
    case .sub: return left
    case .up: return above
    case .average: return UInt8((Int(left) + Int(above)) / 2)
    case .paeth:
      // The nearest to left + above - corner; of equals in this order.
      let estimate = Int(left) + Int(above) - Int(corner)
      let distances = (abs(estimate - Int(left)), abs(estimate - Int(above)), abs(estimate - Int(corner)))
      if distances.0 <= distances.1 && distances.0 <= distances.2 { return left }
      return distances.1 <= distances.2 ? above : corner
    }
  }
}
