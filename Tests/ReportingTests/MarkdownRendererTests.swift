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

        ## Did it work?

        - Limits: **2 of 2 hold**. No scheme breaks limits.yaml.
        - Most accurate: **per-channel**. 98.62 %, float32 98.75 %.
        - Smallest file: **per-channel**. 43.1 KB, 4.00× smaller than float32.
        - Fastest: **per-channel**. 2.50× faster than float32.
        """))
    #expect(
      text.contains(
        """
        | float32 | 98.75 % (98.50 … 98.95) | – | – | – | 172.5 KB | – | 2,000 | – |
        | int8 per-channel | 98.62 % (98.37 … 98.83) | +0.13 points | 0.019 | ✓ within limits | 43.1 KB | 4.00× | 5,000 \
        | 2.50× |
        """))
    #expect(
      text.contains(
        """
        | `conv1` | conv2d | per channel | 0.25 … 0.5 | 0.125 | 3 | -1.5 … 2.25 |
        | `flatten` | flatten | – | – | – | – | – |
        """))
    #expect(text.contains("| `conv1` | 42.2 | 0 | 38.5 | 0.0041 % | -0.00125 | 0.5 |"))
    #expect(text.contains("| `conv1` | 98.71 % | +0.04 points | 99.85 % | 41.5 |"))
    #expect(text.contains("| `conv1` | 1,234,567 | 0.06 % | 30,000 | 91.56 % | pairs in int16 |"))
    #expect(
      text.contains(
        "| `conv1.weight` | 0 | -127 … 127 | `s8` | `per_channel_symmetric` | `min_max` | -25.4 … 3 | 0.2, 0.1 |"))
    #expect(text.contains("| 0 | 97 | 3 | 97.00 % |\n| 1 | 0 | 100 | 100.00 % |"))
    let float32 = "float32: 4\u{A0}(61\u{A0}%)"
    let int8 = "int8: 9\u{A0}(55\u{A0}%), 4\u{A0}(44\u{A0}%)"
    #expect(text.contains("- a 4, test image 417; \(float32); \(int8)"))
    #expect(
      text.contains(
        "| 9 | 2026-01-31 12:00:00 | per-channel | 98.75 % | 98.62 % | +0.13 points | 43.1 KB | – | – | – |"))
    #expect(text.contains("| int8 per-channel | 1,000,000 | 0 | 1,000 | 500 | 1.15 | 1.17 | 4.00× | 1.32 | 4.00× |"))
    #expect(
      text.contains(
        "| per-channel | cortex-m4 | 500 | 0 of 5,000 | 65.0 KB | 6.0 KB | 3,500,000 | 9,100,000 | 2.60× |\n"
          + "| per-tensor | riscv64 | 500 | 12 of 5,000 | 65.0 KB | 6.0 KB | – | – | – |"))
    #expect(text.contains("| 2 | 0.1250 | – | – | 12.0 |"))
    #expect(text.contains("```sh\nmake fetch\nmake all\n```"))
    #expect(text.contains("### train.yaml\n\n```\nepochs: 2\n\n```"))
  }

  @Test("what was run on no other machine has no section of it")
  func noDevices() {
    var report = Report.sample()
    #expect(report.markdown().contains("\n## On other machines\n"))
    report.devices = []
    #expect(!report.markdown().contains("other machines"))
  }

  @Test("a picture in letters stands where the page has one")
  func pictures() {
    let text = Report.sample().markdown()
    #expect(text.components(separatedBy: "\n```\n").count > 15)
    #expect(text.contains("**conv1: weights. SQNR 42.2 dB; 0 clipped.**\n\n```\n"))
  }

  @Test("synthetic digits: the head, and the caption of every table")
  func synthetic() {
    let text = Report.sample(isSynthetic: true).markdown()
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[2].hasPrefix("> **SYNTHETIC DIGITS, not MNIST."))
    let heads = lines.indices.filter { lines[$0].hasPrefix("| :--") || lines[$0].hasPrefix("| ---:") }
    #expect(heads.count == 21)
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
    #expect(MarkdownText.codeBlock(["a", "```", "b"], language: "sh") == "````sh\na\n```\nb\n````")
  }

  @Test("a model that was brought is said to be, where training would stand")
  func brought() {
    var report = Report(title: "t", dataset: .init(name: "d", isSynthetic: false))
    report.brought = .init(path: "my.safetensors", kind: "checkpoint", bytes: 2000, sha256: "abc")
    let text = report.markdown()
    #expect(
      text.contains(
        "The float model was not trained by this pipeline. It was brought as my.safetensors, 2.0 KB, SHA-256 abc."))
    #expect(!text.contains("No epoch was recorded."))
  }

  @Test("what is missing is said to be missing")
  func empty() {
    let text = Report(title: "t", dataset: .init(name: "d", isSynthetic: false)).markdown()
    for sentence in [
      "No scheme was evaluated.", "No scheme was calibrated.", "No evaluation was recorded.", "No work was counted.",
      "No network was recorded.", "No epoch was recorded.", "No command was recorded.",
      "No quantization scheme was evaluated.",
    ] {
      #expect(text.contains(sentence))
    }
    #expect(!text.contains("|"))
  }
}
