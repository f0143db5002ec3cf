/// A choice that files make by a name: `min_max`, `per_channel`. What is none of the names is an error that lists them.
public protocol NamedChoice: RawRepresentable, CaseIterable, Codable, Sendable where RawValue == String {}

extension NamedChoice {
  /// Decodes the name.
  /// - Throws: `DecodingError` that says what was expected and what was found.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    guard let choice = Self(rawValue: name) else {
      let names = Self.allCases.map(\.rawValue).joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "expected one of \(names); found '\(name)'"))
    }
    self = choice
  }
}
