import Foundation
import Reporting
import Testing

@Suite("Markdown")
struct MarkdownRendererTests {
  @Test("the head and a table, word for word")
  func exact() {
    let text = Report.sample().markdown()
    #expect(
      text.hasPrefix(
        """
        # digits

        A float32 network and its int8 twin on mnist, tested on 10,000 images. \
        2 quantization schemes: per-channel, per-tensor.

        ## Results

        **float32 and int8 at a glance.**

        | Network | Accuracy | File size | Images/s |
        | :--- | ---: | ---: | ---: |
        | float32 | 98.75 % | 172.5 KB | 2,000 |
        | int8 per-channel | 98.62 % | 43.1 KB | 5,000 |
        | change | -0.13 points | 4.00× smaller | 2.50× faster |
        """))
    #expect(
      text.contains(
        """
        | `conv1` | conv2d | per channel | 0.25 … 0.5 | 0.125 | 3 | -1.5 … 2.25 |
        | `flatten` | flatten | – | – | – | – | – |
        """))
    #expect(text.contains("| `conv1` | 1,234,567 | 0.06 % | pairs in int16 | 38.5 |"))
    #expect(
      text.contains(
        "| `conv1.weight` | 1 | 0.1 | 0 | -127 … 127 | `s8` | `per_channel_symmetric` | `min_max` "
          + "| -12.7 … 3 |"))
    #expect(text.contains("| 0 | 97 | 3 | 97.00 % |\n| 1 | 0 | 100 | 100.00 % |"))
    #expect(text.contains("| 2 | 0.1250 | – | – | 12.0 |"))
    #expect(text.contains("```sh\nmake fetch\nmake all\n```"))
  }

  @Test("synthetic digits: the head, and the caption of every table")
  func synthetic() {
    let text = Report.sample(isSynthetic: true).markdown()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[2].hasPrefix("> **SYNTHETIC DIGITS, not MNIST."))
    let heads = lines.indices.filter { lines[$0].hasPrefix("| :--") || lines[$0].hasPrefix("| ---:") }
    #expect(heads.count == 15)
    for head in heads {
      #expect(lines[head - 3].hasPrefix("**SYNTHETIC DIGITS, not MNIST. "), "\(lines[head - 3])")
    }
    #expect(!Report.sample().markdown().contains("SYNTHETIC"))
  }

  @Test(
    "text stays text",
    arguments: [
      ("a|b", #"a\|b"#), ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
      ("*bold* `code` [link](x)", #"\*bold\* \`code\` \[link\](x)"#), ("two\nlines", "two lines"),
      ("per_tensor_affine", "per_tensor_affine"), ("_private_", #"\_private\_"#), ("# one", "\\# one"),
      ("- item", #"\- item"#), ("-0.13 points", "-0.13 points"), (#"a\b"#, #"a\\b"#), ("AT&T", "AT&amp;T"),
    ])
  func escaped(text: String, markdown: String) {
    #expect(MarkdownText.escaped(text) == markdown)
  }

  @Test(
    "code stays code",
    arguments: [
      ("conv1", "`conv1`"), ("a|b", #"`a\|b`"#), ("a`b", "``a`b``"), ("`", "`` ` ``"), ("", ""),
      ("a\nb", "`a b`"),
    ])
  func code(text: String, markdown: String) {
    #expect(MarkdownText.code(text) == markdown)
  }

  @Test("a block of code cannot be ended from inside")
  func codeBlock() {
    #expect(MarkdownText.codeBlock(["a", "```", "b"]) == "````sh\na\n```\nb\n````")
  }

  @Test("what is missing is said to be missing")
  func empty() {
    let text = Report(title: "t", dataset: .init(name: "d", isSynthetic: false)).markdown()
    for sentence in [
      "No scheme was evaluated.", "No accuracy was measured.", "No speed was measured.",
      "No epoch was recorded.", "No artifact was recorded.", "No command was recorded.",
      "No environment was recorded.", "No quantization scheme was evaluated.",
    ] {
      #expect(text.contains(sentence))
    }
    #expect(!text.contains("|"))
  }
}
