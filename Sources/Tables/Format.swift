import Foundation

/// How figures are written, wherever they stand. The same on every machine, whatever its locale.
package enum Format {
  /// What stands for a figure that was not measured.
  package static let missing = "–"

  /// `1,234,567`.
  package static func integer(_ value: some BinaryInteger) -> String {
    grouped(String(value))
  }

  /// `1,234.50` with two places. `NaN`, `∞` and `-∞` are shown as such.
  package static func decimal(_ value: Double, places: Int) -> String {
    if let special = special(value) { return special }
    let text = String(format: "%.\(places)f", value)
    // What rounds to zero has no sign.
    let isZero = !text.contains { $0 >= "1" && $0 <= "9" }
    return grouped(isZero ? text.replacing("-", with: "") : text)
  }

  /// A fraction as `98.75 %`.
  package static func percent(_ fraction: Double) -> String {
    decimal(100 * fraction, places: 2) + " %"
  }

  /// A fraction as a whole number of percent: `97 %`.
  package static func wholePercent(_ fraction: Double) -> String { decimal(100 * fraction, places: 0) + " %" }

  /// A small fraction, in percent with two significant digits: `0.0041 %`; `0` where there is none.
  package static func share(_ fraction: Double) -> String {
    guard fraction > 0, fraction < 0.01 else { return fraction == 0 ? "0" : percent(fraction) }
    let places = Int((-log10(100 * fraction)).rounded(.up)) + 1
    return decimal(100 * fraction, places: min(max(places, 2), 8)) + " %"
  }

  /// Two fractions as `98.24 … 98.72 %`.
  package static func percents(_ range: ClosedRange<Double>) -> String {
    decimal(100 * range.lowerBound, places: 2) + " … " + percent(range.upperBound)
  }

  /// An accuracy and where it may truly lie: `98.50 % (98.24 … 98.72)`.
  package static func accuracy(_ fraction: Double, _ interval: ClosedRange<Double>) -> String {
    percent(fraction) + " (" + percents(interval).dropLast(2) + ")"
  }

  /// A p-value: three places, or `<0.001`.
  package static func probability(_ value: Double) -> String {
    value < 0.001 ? "<0.001" : decimal(value, places: 3)
  }

  /// A difference of two fractions, signed, in percentage points: `-0.13 points`.
  package static func points(_ fraction: Double) -> String {
    let text = decimal(100 * fraction, places: 2)
    let isPositive = fraction > 0 && text.contains { ($0 >= "1" && $0 <= "9") || $0 == "∞" }
    return (isPositive ? "+" : "") + text + " points"
  }

  /// A size as people say it, a kilobyte being 1,000 bytes: `812 B`, `43.1 KB`, `1.72 MB`.
  package static func bytes(_ count: Int64) -> String {
    // Each limit is where the smaller unit would round up to 1,000.
    switch count.magnitude {
    case ..<1_000: integer(count) + " B"
    case ..<999_950: decimal(Double(count) / 1e3, places: 1) + " KB"
    case ..<999_995_000: decimal(Double(count) / 1e6, places: 2) + " MB"
    default: decimal(Double(count) / 1e9, places: 2) + " GB"
    }
  }

  /// `3.99×`.
  package static func ratio(_ value: Double) -> String {
    decimal(value, places: 2) + "×"
  }

  /// A ratio in words that say which way it goes: `3.99× smaller`, or `1.25× larger` for 0.8.
  package static func ratio(_ value: Double, above: String, below: String) -> String {
    guard value.isFinite, value > 0 else { return ratio(value) }
    return value < 1 ? ratio(1 / value) + " " + below : ratio(value) + " " + above
  }

  /// Images per second: whole above 100, else with two places.
  package static func rate(_ value: Double) -> String {
    decimal(value, places: value.magnitude >= 100 ? 0 : 2)
  }

  /// The shortest text that reads back as this very float32: `0.007843138`.
  package static func exact(_ value: Float) -> String {
    special(Double(value)) ?? value.description
  }

  /// Four significant digits, for an eye that compares: `0.007843`.
  package static func rounded(_ value: Float) -> String {
    special(Double(value)) ?? String(format: "%.4g", Double(value))
  }

  /// `-1.5 … 2.25`.
  package static func range(_ range: ClosedRange<Float>) -> String {
    rounded(range.lowerBound) + " … " + rounded(range.upperBound)
  }

  private static func special(_ value: Double) -> String? {
    if value.isNaN { return "NaN" }
    if value.isInfinite { return value < 0 ? "-∞" : "∞" }
    return nil
  }

  /// Commas between every three digits before the point.
  private static func grouped(_ text: String) -> String {
    let sign = text.hasPrefix("-") ? "-" : ""
    let parts = text.dropFirst(sign.count).split(separator: ".", maxSplits: 1)
    guard let whole = parts.first else { return text }
    var digits = ""
    for (index, digit) in whole.enumerated() {
      if index > 0 && (whole.count - index) % 3 == 0 { digits.append(",") }
      digits.append(digit)
    }
    return sign + digits + (parts.count > 1 ? "." + parts[1] : "")
  }
}
