import Foundation

/// A page in Markdown: its links, its headings, and what it tells a reader to type.
struct Page {
  /// A fenced block: the word behind the fence, and the lines within.
  struct Block {
    let language: String
    var lines: [String] = []
  }

  /// Where it lies, from the repository's root.
  let path: String
  /// The fenced blocks.
  private(set) var blocks: [Block] = []
  /// The lines outside of them.
  private(set) var prose: [String] = []

  init(path: String, text: String) {
    self.path = path
    var isFenced = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
      if line.hasPrefix("```") {
        isFenced.toggle()
        if isFenced { blocks.append(Block(language: String(line.dropFirst(3)))) }
      } else if isFenced {
        blocks[blocks.count - 1].lines.append(line)
      } else {
        prose.append(line)
      }
    }
  }

  /// What stands as code: the lines of fenced blocks, and the spans between backquotes, each in one line.
  var code: [String] {
    let spans = prose.joined(separator: "\n").matches(of: /`([^`]+)`/).map {
      String($0.output.1).replacing("\n", with: " ")
    }
    return blocks.flatMap(\.lines) + spans
  }

  /// What a reader is told to type after `make`: no options, no settings, no comment.
  var makeWords: [String] {
    code.flatMap { line -> [String] in
      let command = line.replacing(/[A-Z][A-Z_]*=('[^']*'|\S*)/, with: "").prefix { $0 != "#" }
      let words = command.split(separator: " ").map(String.init)
      guard words.first == "make" else { return [] }
      return words.dropFirst().filter { !$0.hasPrefix("-") }
    }
  }

  /// The programs of `.build/bin` that it names.
  var programs: [String] { code.flatMap { $0.matches(of: /\.build\/bin\/([a-z-]+)/).map { String($0.output.1) } } }

  /// The targets of its links.
  var links: [String] {
    let text = prose.joined(separator: "\n").replacing(/`[^`]*`/, with: "")
    return text.matches(of: /\]\(([^)\s]*)\)/).map { String($0.output.1) }
  }

  /// What a link may name of it: its headings as GitHub writes them. Letters, digits, `_` and `-` stay, in lower case,
  /// and blanks become `-`; a heading that was there before gets a number.
  var anchors: Set<String> {
    var counts: [String: Int] = [:]
    for heading in prose where heading.contains(/^#{1,6}\s/) {
      let name = heading.drop { $0 == "#" }.dropFirst().lowercased()
        .filter { $0.isLetter || $0.isNumber || "_- ".contains($0) }.replacing(" ", with: "-")
      counts[name, default: 0] += 1
    }
    return Set(counts.flatMap { name, count in [name] + (1..<max(count, 1)).map { "\(name)-\($0)" } })
  }

  /// The links within the repository that lead nowhere.
  /// - Parameters:
  ///   - pages: the pages of the repository; a link with an anchor must lead to one of these, or to this one.
  ///   - exists: whether a path from the root is a file or a folder.
  func deadLinks(among pages: [Page], exists: (String) -> Bool) -> [String] {
    links.filter { link in
      guard !link.contains(/^[a-z]+:/) else { return false }
      let parts = link.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      guard let target = parts[0].isEmpty ? path : resolved(parts[0]), exists(target) else { return true }
      guard parts.count > 1 else { return false }
      return pages.first { $0.path == target }?.anchors.contains(parts[1]) != true
    }
  }

  /// A path from this page as one from the root; nil for one that leads out of the repository.
  private func resolved(_ link: String) -> String? {
    var folders = path.split(separator: "/").dropLast().map(String.init)
    for part in link.split(separator: "/").map(String.init) where part != "." {
      if part != ".." {
        folders.append(part)
      } else if folders.popLast() == nil {
        return nil
      }
    }
    return folders.joined(separator: "/")
  }
}
