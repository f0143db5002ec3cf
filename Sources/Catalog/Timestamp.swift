import Foundation

/// The catalog's times: UTC, ISO 8601, milliseconds, as `2026-01-31T23:59:59.123Z`. As text they sort as
/// they follow each other, and a person can read them.
enum Timestamp {
  private static let style = Date.ISO8601FormatStyle(includingFractionalSeconds: true)

  static func text(_ date: Date) -> String { style.format(date) }

  static func date(_ text: String) throws -> Date { try style.parse(text) }
}
