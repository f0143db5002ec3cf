/// Which Octavo this is.
public enum Version {
  /// The program's version, as CHANGELOG.md counts.
  public static let octavo = "0.1.0"
  /// The version of what artifacts hold; it changes when a reader of older ones would be wrong.
  public static let format = "1"
}
