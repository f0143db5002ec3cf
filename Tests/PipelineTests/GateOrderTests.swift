import Testing

/// Several words in one call of make: first what they make, then, one after another, what they ask of it.
@Suite("Several words in one call of make")
struct GateOrderTests {
  private static let train = "Pipelines/tiny/train.yaml"

  /// A tree whose figures are good, and whose next training will be useless: ten classes guessed at random.
  private static func ruined() throws -> Tree {
    let tree = try Tree()
    try tree.workshop.edit("Pipelines/tiny/limits.yaml", "synthetic-digits: 0", "synthetic-digits: 30")
    _ = try tree.succeed("all", "check")
    try tree.workshop.edit(train, "learning_rate: 0.01", "learning_rate: 10")
    return tree
  }

  @Test(
    "check holds to the limits what the same call makes, in any order of words and beside any number of others",
    arguments: [["all", "check"], ["check", "all"], ["-j8", "all", "check"], ["-j8", "check", "all"]])
  func check(_ words: [String]) throws {
    let tree = try Self.ruined()
    let ending = try tree.make(words + ["JUNIT=check.xml"])
    #expect(ending.code == 2)
    let broken = ending.output.split(separator: "\n").filter { $0.hasPrefix("tiny: ") }
    let evaluations = try tree.workshop.select(
      "SELECT scheme, max(id) FROM run WHERE stage = 'evaluate' GROUP BY scheme", catalog: "Artifacts/catalog.sqlite")
    for evaluation in evaluations.map({ $0.split(separator: "|") }) {
      let line = broken.first { $0.hasPrefix("tiny: \(evaluation[0]): int8 accuracy ") }
      #expect(line?.hasSuffix(", limit 30.0 %, run \(evaluation[1])") == true, "\(ending.output)")
    }
    #expect(try tree.workshop.text("check.xml").contains("failures=\"2\""))
  }

  @Test(
    "a file that is named stands for itself: check waits for it",
    arguments: [["-j8", "check"], ["-j8", "-k", "check"]])
  func file(_ words: [String]) throws {
    let tree = try Self.ruined()
    #expect(try tree.make(words + ["Artifacts/tiny/two/evaluate/metrics.json", "SCHEMES=two"]).code == 2)
    #expect(try tree.runs().last == "evaluate two")
  }

  @Test("check alone makes nothing")
  func alone() throws {
    let tree = try Self.ruined()
    let before = try tree.runs()
    #expect(try tree.make("-j8", "check").code == 0)
    #expect(try tree.runs() == before)
  }

  @Test(
    "baseline keeps the figures of what the same call makes", arguments: [["all", "baseline"], ["baseline", "all"]])
  func baseline(_ words: [String]) throws {
    let tree = try Self.ruined()
    let old = try tree.workshop.sha256("Artifacts/tiny/one/convert/model.safetensors")
    #expect(try tree.make(["-j8"] + words).code == 0)
    let new = try tree.workshop.sha256("Artifacts/tiny/one/convert/model.safetensors")
    let text = try tree.workshop.text("Pipelines/tiny/baseline.yaml")
    #expect(new != old && text.contains(new) && !text.contains(old))
  }

  @Test("words that make nothing are done in the order typed, and the first that fails is the last")
  func typed() throws {
    let tree = try Tree.made()
    let baseline = "Pipelines/tiny/baseline.yaml"
    try tree.workshop.edit("Pipelines/tiny/limits.yaml", "size_ratio: 1", "size_ratio: 0.01")
    #expect(try tree.make("-j8", "check", "baseline").code == 2)
    #expect(!tree.workshop.exists(baseline))
    #expect(try tree.make("-j8", "baseline", "check", "baseline").code == 2)
    #expect(tree.workshop.exists(baseline))
  }

  @Test(
    "where an artifact cannot be made, nothing is said of the older ones, nor left of their report",
    arguments: [["-j8"], ["-j8", "-k"]])
  func failure(_ options: [String]) throws {
    let tree = try Tree.made()
    try tree.workshop.edit("Pipelines/tiny/schemes/two.yaml", "batches: 4", "batches: 4000")
    try tree.workshop.write("<testsuites/>", to: "an old check.xml")
    #expect(try tree.make(options + ["-n", "check", "all", "JUNIT=an old check.xml"]).code == 0)
    #expect(tree.workshop.exists("an old check.xml"))
    let ending = try tree.make(options + ["check", "all", "JUNIT=an old check.xml"])
    #expect(ending.code == 2)
    #expect(!ending.output.contains("limits"))
    #expect(!tree.workshop.exists("an old check.xml"))
  }

  @Test(
    "a report comes after the sensitivity and the evaluations of the call",
    arguments: [["all", "sensitivity"], ["sensitivity", "all"], ["all", "compare", "sensitivity"]])
  func reportLast(_ words: [String]) throws {
    let tree = try Tree()
    let ran = try tree.succeed(["-j8", "SCHEMES=one"] + words)
    let reports = words.count - 1
    #expect(ran.suffix(reports) == Array(repeating: "report", count: reports)[...])
    #expect(ran.filter { $0 == "report" }.count == reports && ran.contains("sensitivity one"))
    let title = "each layer alone in int8, all others float32"
    #expect(try tree.workshop.text("Artifacts/tiny/report/report.html").contains(title))
    #expect(try tree.succeed(["-j8", "SCHEMES=one"] + words) == [])
  }

  @Test("a report that is older than a sensitivity is written anew when both are asked for")
  func olderReport() throws {
    let tree = try Tree.made()
    _ = try tree.succeed("sensitivity")
    #expect(try tree.succeed("all") == [])
    #expect(try tree.succeed("-j8", "all", "sensitivity") == ["report"])
  }

  @Test("rerun beside others: its stage and what follows, once; make -n says so and touches nothing")
  func rerun() throws {
    let tree = try Tree.made()
    let planned = try tree.make("-n", "rerun", "STAGE=calibrate", "all").output.split(separator: "\n")
      .filter { $0.hasPrefix(".build/bin/") }
    #expect(planned.count == 7)
    #expect(try tree.make("-q", "all").code == 0)
    let ran = try tree.succeed("-j8", "check", "all", "rerun", "STAGE=calibrate")
    #expect(
      ran.sorted()
        == ["calibrate one", "calibrate two", "convert one", "convert two", "evaluate one", "evaluate two", "report"])
  }

  @Test(
    "clean and another word in one call are refused before anything is done",
    arguments: [("clean", "all"), ("distclean", "check"), ("clean", "rerun")])
  func clean(_ word: String, _ other: String) throws {
    let tree = try Tree()
    let before = try tree.workshop.files()
    for words in [[word, other], ["-j8", other, word]] {
      let ending = try tree.make(words + ["STAGE=train"])
      #expect(ending.code == 2)
      #expect(
        ending.errors.hasSuffix(
          "*** make \(word): expected no other word beside it, found '\(other)'; call make for each.  Stop.\n"))
      #expect(ending.errorLines.count == 1)
    }
    #expect(try tree.workshop.files() == before)
  }
}
