/// What the classes of a data set may be called.
enum ClassNames {
  /// The most classes: a label is a byte.
  static let most = 256
  /// The longest name, in bytes of UTF-8: as long as that of a folder.
  static let longest = 255

  /// The names of `count` classes that have none but their labels, `first` and up.
  static func numbers(_ count: Int, from first: Int) -> [String] { (first..<first + count).map(String.init) }

  /// What is wrong with a manifest's names, in words; nil where nothing is.
  /// - Parameter isBuiltIn: whether the data set has the ten digits, and no names.
  static func fault(of names: [String]?, builtIn isBuiltIn: Bool) -> String? {
    guard let names else { return isBuiltIn ? nil : "classes is missing" }
    if isBuiltIn { return "classes: expected none for a data set of ten digits" }
    guard (1...most).contains(names.count) else { return "classes: expected 1 to \(most), found \(names.count)" }
    guard Set(names).count == names.count else { return "classes: expected different names, found one twice" }
    guard let bad = names.first(where: { !isName($0) }) else { return nil }
    return "classes: expected names of 1 to \(longest) bytes without control characters, found \(bad.count) characters"
  }

  /// Whether a class may have this name.
  static func isName(_ name: String) -> Bool {
    (1...longest).contains(name.utf8.count) && !name.unicodeScalars.contains { $0.value < 32 || $0.value == 127 }
  }
}
