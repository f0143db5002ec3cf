import Tables
import Testing

@Suite("Numbers")
struct FormatTests {
  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (-1_234_567, "-1,234,567"), (-100, "-100")])
  func integer(value: Int, text: String) {
    #expect(Format.integer(value) == text)
  }

  @Test(
    arguments: [
      (0.0, "0.00"), (1234.5, "1,234.50"), (-0.001, "0.00"), (-0.006, "-0.01"), (1e6, "1,000,000.00"),
      (.nan, "NaN"), (.infinity, "∞"), (-.infinity, "-∞"),
    ])
  func decimal(value: Double, text: String) {
    #expect(Format.decimal(value, places: 2) == text)
  }

  @Test(arguments: [(0.9875, "98.75 %"), (1, "100.00 %"), (.nan, "NaN %")])
  func percent(value: Double, text: String) {
    #expect(Format.percent(value) == text)
  }

  @Test(
    arguments: [
      (0.9862 - 0.9875, "-0.13 points"), (0.0004, "+0.04 points"), (0, "0.00 points"),
      (0.000001, "0.00 points"), (-0.000001, "0.00 points"), (.nan, "NaN points"), (.infinity, "+∞ points"),
    ])
  func points(value: Double, text: String) {
    #expect(Format.points(value) == text)
  }

  /// The limits are where a smaller unit would read "1,000.0".
  @Test(
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.0 KB"), (43_120, "43.1 KB"), (999_949, "999.9 KB"),
      (999_950, "1.00 MB"), (1_724_800, "1.72 MB"), (999_994_999, "999.99 MB"), (999_995_000, "1.00 GB"),
      (-1500, "-1.5 KB"),
    ] as [(Int64, String)])
  func bytes(value: Int64, text: String) {
    #expect(Format.bytes(value) == text)
  }

  @Test(
    arguments: [
      (4, "4.00× smaller"), (0.8, "1.25× larger"), (1, "1.00× smaller"), (.infinity, "∞×"), (.nan, "NaN×"),
      (0, "0.00×"),
    ])
  func ratio(value: Double, text: String) {
    #expect(Format.ratio(value, above: "smaller", below: "larger") == text)
  }

  @Test(
    arguments: [
      (0.1, "0.1"), (0.007843138, "0.007843138"), (1.5e-8, "1.5e-08"), (.nan, "NaN"), (.infinity, "∞"),
    ] as [(Float, String)])
  func exact(value: Float, text: String) {
    #expect(Format.exact(value) == text)
    if value.isFinite { #expect(Float(text) == value) }
  }

  @Test func rates() {
    #expect(Format.rate(12345.6) == "12,346")
    #expect(Format.rate(12.375) == "12.38")
    #expect(Format.rate(.nan) == "NaN")
    #expect(Format.range(-1.5...0.007843138) == "-1.5 … 0.007843")
  }
}
