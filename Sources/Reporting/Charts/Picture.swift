/// A drawn chart in three forms: an SVG, a text for screen readers, and letters for a terminal.
package struct Picture: Sendable, Hashable {
  /// A sentence that says what is seen.
  package var caption: String
  /// What a screen reader says in place of the picture: the figures, or their gist.
  package var alternative: String
  /// One inline `svg` element, without ids; its colours are classes of `Stylesheet.charts`.
  package var svg: String
  /// The same picture in letters, at most `Letters.columns` wide; never empty where there is data.
  package var plain: [String]
}
