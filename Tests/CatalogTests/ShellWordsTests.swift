import Catalog
import Testing

@Suite("Arguments as a shell reads them")
struct ShellWordsTests {
  @Test(
    arguments: [
      (["train", "--config", "a.yaml"], "train --config a.yaml"),
      (["a b", "", "c"], "'a b' '' c"),
      (["it's"], #"'it'\''s'"#),
      (["$HOME", "*", "ä"], "'$HOME' '*' 'ä'"),
    ])
  func quoted(words: [String], line: String) {
    #expect(ShellWords.quoted(words) == line)
  }
}
