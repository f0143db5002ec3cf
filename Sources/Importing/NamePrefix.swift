/// What a wrapper put before every name: `module.` of `DataParallel`, `_orig_mod.` of `torch.compile`, `model.` of a
/// Lightning module.
enum NamePrefix {
  /// Dots of a name behind which another may begin; those of a hostile file are not counted to their end.
  private static let mostDots = 32

  /// What stands before the wanted names in a file, dot included: of all that would do, what most names have, and of
  /// those the shortest; empty where nothing does.
  static func find(in names: [String], before wanted: Set<String>) -> String {
    var counts: [String: Int] = [:]
    for name in names {
      for start in starts(of: name) where wanted.contains(String(name[start...])) {
        counts[String(name[..<start]), default: 0] += 1
      }
    }
    let best = counts.max { one, other in
      one.value != other.value
        ? one.value < other.value : (other.key.utf8.count, other.key) < (one.key.utf8.count, one.key)
    }
    return best?.key ?? ""
  }

  /// Where a name begins, and every part of it behind a dot.
  private static func starts(of name: String) -> [String.Index] {
    [name.startIndex] + name.indices.lazy.filter { name[$0] == "." }.prefix(mostDots).map { name.index(after: $0) }
  }
}
