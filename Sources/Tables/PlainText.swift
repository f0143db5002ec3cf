/// Text that goes to a terminal.
package enum PlainText {
  /// The text in one line, without the control characters by which a name could steer a terminal.
  package static func oneLine(_ text: String) -> String {
    replacing(text) { $0.properties.generalCategory == .control ? " " : $0 }
  }

  /// The text with each scalar replaced; each kind of page forbids others.
  package static func replacing(_ text: String, _ scalar: (Unicode.Scalar) -> Unicode.Scalar) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map(scalar)))
  }
}
