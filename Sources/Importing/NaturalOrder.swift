/// The order in which a person counts: `net.2` before `net.10`.
package enum NaturalOrder {
  /// Whether one name stands before another. Runs of digits are compared as numbers, all else by its bytes.
  package static func precedes(_ left: String, _ right: String) -> Bool {
    let (first, second) = (runs(of: left), runs(of: right))
    for (one, other) in zip(first, second) where one != other {
      guard isNumber(one), isNumber(other) else { return one.lexicographicallyPrecedes(other) }
      let (short, long) = (one.drop { $0 == zero }, other.drop { $0 == zero })
      if short.count != long.count { return short.count < long.count }
      if !short.elementsEqual(long) { return short.lexicographicallyPrecedes(long) }
      return one.count < other.count
    }
    return first.count < second.count
  }

  private static let zero = UInt8(ascii: "0")

  private static func isNumber(_ run: ArraySlice<UInt8>) -> Bool { run.first.map(isDigit) ?? false }

  private static func isDigit(_ byte: UInt8) -> Bool { (zero...UInt8(ascii: "9")).contains(byte) }

  /// A name cut where digits begin or end.
  private static func runs(of name: String) -> [ArraySlice<UInt8>] {
    let bytes = Array(name.utf8)
    var (runs, start): ([ArraySlice<UInt8>], Int) = ([], 0)
    for index in bytes.indices.dropFirst() where isDigit(bytes[index]) != isDigit(bytes[index - 1]) {
      runs.append(bytes[start..<index])
      start = index
    }
    return start < bytes.count ? runs + [bytes[start...]] : runs
  }
}
