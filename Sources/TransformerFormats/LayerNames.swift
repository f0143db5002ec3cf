/// Names of tensors, told so that all of them fit a line.
package enum LayerNames {
  /// Names that are equal but for one number between dots become one that has all those numbers there:
  /// `layers.0.attention.wq.weight`, … of three layers `layers.0-2.attention.wq.weight`, and where one is not among them
  /// `layers.0,2.attention.wq.weight`. Order is that of the first of each; what has no number, or two, stays.
  package static func merged(_ names: [String]) -> [String] {
    var numbers: [[Substring]: [Int]] = [:]
    var order: [[Substring]] = []
    for name in names {
      var parts = name.split(separator: ".", omittingEmptySubsequences: false)
      let places = parts.indices.filter { number(parts[$0]) != nil }
      var found: [Int] = []
      if places.count == 1, let number = number(parts[places[0]]) {
        parts[places[0]] = "#"
        found = [number]
      }
      if numbers[parts] == nil { order.append(parts) }
      numbers[parts, default: []] += found
    }
    return order.map { parts in
      let numbers = numbers[parts, default: []]
      return parts.map { $0 == "#" && !numbers.isEmpty ? ranges(numbers) : String($0) }.joined(separator: ".")
    }
  }

  /// A number as layers have them: digits alone, no zero before others.
  private static func number(_ part: Substring) -> Int? { Int(part).flatMap { "\($0)" == part && $0 >= 0 ? $0 : nil } }

  private static func ranges(_ numbers: [Int]) -> String {
    var ranges: [ClosedRange<Int>] = []
    for number in Set(numbers).sorted() {
      if let last = ranges.last, last.upperBound + 1 == number {
        ranges[ranges.count - 1] = last.lowerBound...number
      } else {
        ranges.append(number...number)
      }
    }
    return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }.joined(
      separator: ",")
  }
}
