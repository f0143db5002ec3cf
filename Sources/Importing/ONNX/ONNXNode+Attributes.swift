import Files
import ONNXFormat

// A file's attributes are believed only as far as their types and ranges go.
extension ONNXNode {
  /// The largest whole number that an attribute may hold; products of three stay within 64 bits.
  package static let largestNumber = 1 << 20

  /// Where it stands, for messages; a node without a name goes by its first output's.
  var place: ONNXPlace {
    ONNXPlace(name: name.isEmpty ? outputs.first ?? "" : name, operation: operation)
  }

  /// The complaint of this node.
  package func error(_ expected: String, found: String) -> ONNXImportError {
    .node(place, expected: expected, found: found)
  }

  /// A whole number within a range.
  package func number(
    _ attribute: String, default fallback: Int, within range: ClosedRange<Int> = 0...largestNumber
  ) throws(ONNXImportError) -> Int {
    guard let value = self[attribute] else { return fallback }
    guard case .int(let number) = value, range.contains(number) else {
      throw error(
        "attribute '\(attribute)' to be a number of \(range.lowerBound) to \(range.upperBound)", found: value.text)
    }
    return number
  }

  /// A switch: 0 or 1.
  package func flag(_ attribute: String, default fallback: Bool = false) throws(ONNXImportError) -> Bool {
    try number(attribute, default: fallback ? 1 : 0, within: 0...1) == 1
  }

  /// So many whole numbers within a range; nil where the attribute is left out.
  func numbers(
    _ attribute: String, count: Int? = nil, within range: ClosedRange<Int> = 0...largestNumber
  ) throws(ONNXImportError) -> [Int]? {
    guard let value = self[attribute] else { return nil }
    guard case .ints(let numbers) = value, numbers.allSatisfy(range.contains), count == nil || numbers.count == count
    else {
      let wanted = count.map { "\($0) numbers" } ?? "numbers"
      throw error(
        "attribute '\(attribute)' to be \(wanted) of \(range.lowerBound) to \(range.upperBound)", found: value.text)
    }
    return numbers
  }

  /// A finite real number.
  func real(_ attribute: String, default fallback: Float) throws(ONNXImportError) -> Float {
    guard let value = self[attribute] else { return fallback }
    guard case .float(let number) = value, number.isFinite else {
      throw error("attribute '\(attribute)' to be a finite real number", found: value.text)
    }
    return number
  }

  /// A word.
  func word(_ attribute: String, default fallback: String) throws(ONNXImportError) -> String {
    guard let value = self[attribute] else { return fallback }
    guard case .string(let word) = value else {
      throw error("attribute '\(attribute)' to be a text", found: value.text)
    }
    return word
  }

  /// Requires an attribute to have the one value with which a layer computes the same.
  func require(_ attribute: String, _ value: Int, default fallback: Int) throws(ONNXImportError) {
    let found = try number(attribute, default: fallback, within: -Self.largestNumber...Self.largestNumber)
    guard found == value else { throw error("\(attribute) \(value)", found: "\(found)") }
  }

  /// Likewise for a real number.
  func require(_ attribute: String, _ value: Float, default fallback: Float) throws(ONNXImportError) {
    let found = try real(attribute, default: fallback)
    guard found == value else { throw error("\(attribute) \(value)", found: "\(found)") }
  }
}

extension ONNXAttribute.Value {
  /// What stands there, for a message.
  var text: String {
    switch self {
    case .float(let value): "\(value)"
    case .int(let value): "\(value)"
    case .string(let value): quoted(value)
    case .tensor: "a tensor"
    case .floats(let values): values.count > 8 ? "\(values.count) real numbers" : "\(values)"
    case .ints(let values): listed(values)
    case .strings(let values): "\(values.count) texts"
    case .other: "something else"
    }
  }
}
