/// Arguments as a person can paste them back into a shell.
package enum ShellWords {
  private static let plain = Set(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,+@%")

  /// The words in one line, those in single quotes that a shell would otherwise change.
  package static func quoted(_ words: [String]) -> String {
    words.map { word in
      if !word.isEmpty && word.allSatisfy(plain.contains) {
        return word
      }
      // A single quote cannot stand inside single quotes: close, escape it, open again.
      let parts = word.split(separator: "'", omittingEmptySubsequences: false)
      return "'" + parts.joined(separator: "'\\''") + "'"
    }.joined(separator: " ")
  }
}
