import Checkpoints
import Evaluation
import Foundation
import Testing

/// The SELECTs of the manual, taken from its pages and asked of a catalog that make has filled: every scheme
/// twice evaluated, its layers' sensitivity measured, and a run that failed.
@Suite("Questions to the catalog")
struct QuestionsTests {
  private static let catalog = "Artifacts/catalog.sqlite"
  private static let tree = Result {
    let tree = try Tree.made()
    _ = try tree.succeed("sensitivity")
    _ = try tree.succeed("rerun", "STAGE=evaluate")
    let models = ["fuse", "one/convert"].map { "Artifacts/tiny/\($0)/model.safetensors" }
    let ending = try tree.workshop.run(
      "bench",
      ["--input"] + models + ["Artifacts/data/manifest.json", "--output", "bench.json", "--catalog", catalog]
        + ["--passes", "1", "--quiet"])
    guard ending.code == 0 else { throw StageFailed(stage: "bench", ending: ending) }
    if Program.isThere("gcc") { try emulate(in: tree) }
    let failing = try tree.workshop.run(
      "fuse", ["--input", "none.safetensors", "--output", "o", "--catalog", catalog, "--pipeline", "tiny"])
    return (tree: tree, error: failing.errors)
  }
  /// Scheme one, as C on this machine.
  private static func emulate(in tree: Tree) throws {
    _ = try tree.succeed("export", "SCHEMES=one", "FORMATS=c vectors")
    let files = ["c/model.c", "c/model.h", "vectors/vectors.safetensors"].map { "Artifacts/tiny/one/export/\($0)" }
    let ending = try tree.workshop.run(
      "emulate",
      ["--machine", "host", "--images", "5", "--config"] + Papers.harness() + ["--input"] + files
        + ["--output", "emulation.json", "--catalog", catalog, "--pipeline", "tiny", "--scheme", "one", "--quiet"])
    guard ending.code == 0 else { throw StageFailed(stage: "emulate", ending: ending) }
  }

  private let tree: Tree
  init() throws { tree = try Self.tree.get().tree }

  /// The SELECTs of a page, by the words of the question before each. The page's scheme is `octavo`, ours `one`; its
  /// network has a `conv2`, ours an `fc1`.
  private static func questions(on page: String = "docs/catalog.md") throws -> [(question: String, sql: String)] {
    try Papers.questions(on: page).map { question, sql in
      let sql = sql.replacing("'octavo'", with: "'one'").replacing("/octavo/", with: "/one/")
        .replacing("gemm_f32 conv2", with: "gemm_f32 fc1")
      return (question, sql)
    }
  }

  private func answer(_ words: String) throws -> [[String]] {
    let found = try Self.questions().filter { $0.question.contains(words) }
    let sql = try #require(found.first, "docs/catalog.md asks nothing of '\(words)'").sql
    return try tree.workshop.select(sql, catalog: Self.catalog).map { row in
      row.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
    }
  }

  private func comparison(_ scheme: String) throws -> FloatInt8Comparison {
    try FloatInt8Comparison(json: tree.workshop.bytes("Artifacts/tiny/\(scheme)/evaluate/metrics.json"))
  }

  @Test(
    "ten questions, and two of speed, each by one SELECT, and each is answered",
    arguments: [("docs/catalog.md", 10), ("docs/speed.md", 2)])
  func answered(_ page: String, _ count: Int) throws {
    let questions = try Self.questions(on: page)
    #expect(questions.count == count)
    for (question, sql) in questions {
      #expect(sql.split(separator: ";").count == 1, "\(question)")
      #expect(!(try tree.workshop.select(sql, catalog: Self.catalog)).isEmpty, "\(question)")
    }
  }

  @Test("the reference's example of every view is answered")
  func examples() throws {
    let examples = try Papers.examples().map { $0.replacing("'octavo'", with: "'one'") }
    #expect(examples.count == 15)
    // Without a compiler nothing was run on a machine; language models are asked for elsewhere.
    let others = examples.filter { !$0.contains(" FROM language_") }
    for sql in others where Program.isThere("gcc") || !sql.contains(" FROM device") {
      #expect(!(try tree.workshop.select(sql, catalog: Self.catalog)).isEmpty, "\(sql)")
    }
  }

  /// Catches a type that the page says wrongly: SQLite itself says what a value is.
  @Test("every value of a view is of the type that the page says")
  func types() throws {
    for section in try Papers.text("docs/catalog-reference.md").split(separator: "\n### ").dropFirst() {
      let name = section.prefix { $0 != "\n" }
      for row in section.matches(of: /\n\| `(\w+)` \| (\w+) \|/) {
        let types = try tree.workshop.select(
          "SELECT DISTINCT typeof(\(row.output.1)) FROM \(name)", catalog: Self.catalog)
        #expect(Set(types).isSubset(of: ["null", row.output.2.lowercased()]), "\(name).\(row.output.1): \(types)")
      }
    }
  }

  /// C(n, k) / 2^n by whole numbers, doubled: the exact test once more.
  @Test("what int8 costs: counted from metrics.json, image by image")
  func cost() throws {
    let rows = try answer("could that be chance")
    #expect(Set(rows.map { $0[0] }) == ["one", "two"])
    for row in rows {
      let metrics = try comparison(row[0])
      let float = metrics.disagreements.count { $0.float32[0].label == $0.label }
      let int8 = metrics.disagreements.count { $0.int8[0].label == $0.label }
      #expect(row[4] == "\(float)" && row[5] == "\(int8)")
      #expect(Double(row[3]) == 100 * Double(float - int8) / 200)
      var (term, tail) = (1.0, 0.0)
      for k in 0...min(float, int8) {
        tail += term
        term = term * Double(float + int8 - k) / Double(k + 1)
      }
      let expected = min(1, 2 * tail / pow(2, Double(float + int8)))
      // Rounded to four places on the page.
      #expect(abs((Double(row[6]) ?? -1) - expected) <= 0.5e-4)
    }
  }

  @Test("where a scale comes from: the number in the file, and the file's digest")
  func scale() throws {
    let rows = try answer("Where does a scale come from")
    let path = "Artifacts/tiny/one/convert/model.safetensors"
    let checkpoint = try tree.workshop.checkpoint(path)
    let weights = try checkpoint.f32("conv1.weight_scale")
    let digest = try tree.workshop.sha256(path).prefix(12)
    let first = try #require(rows.first { $0[0] == "conv1.weight" && $0[1] == "0" })
    #expect(Float(first[2]) == weights[0] && first.last == String(digest))
    let output = try #require(rows.first { $0[0] == "conv1" })
    #expect(Float(output[2]) == (try checkpoint.f32("conv1.scale"))[0])
  }

  @Test("which layer suffers most: the least ratio in metrics.json")
  func layers() throws {
    let expected = try comparison("one").layers.sorted { $0.sqnr < $1.sqnr }.map(\.name)
    #expect(try answer("Which layer suffers most").map { $0[0] } == expected)
  }

  @Test("which layer costs most by itself: sensitivity.json's order")
  func sensitivity() throws {
    let json = try tree.workshop.bytes("Artifacts/tiny/one/sensitivity/sensitivity.json")
    let object = try JSONSerialization.jsonObject(with: Data(json)) as? [String: Any]
    let layers = try #require(object?["layers"] as? [[String: Any]])
    let rows = try answer("costs most by itself")
    #expect(rows.map { $0[0] } == layers.compactMap { $0["name"] as? String } && rows.count == 3)
    // 200 images: half a percent each.
    let rights = layers.compactMap { ($0["accuracy"] as? Double).map { Int((200 * $0).rounded()) } }
    #expect(rows.compactMap { Double($0[1]) } == rights.map { Double($0) / 2 })
  }

  @Test("what a file was made of: the digests of the files on disk, each with its maker")
  func lineage() throws {
    let rows = try answer("back to the data")
    let folder = "Artifacts/tiny"
    let makers = [
      "\(folder)/one/calibrate/model.safetensors": "calibrate", "\(folder)/fuse/model.safetensors": "fuse",
      "\(folder)/train/model.safetensors": "train",
    ]
    for row in rows {
      // depth, role, path, digest, made_by
      #expect(row[3] == String(try tree.workshop.sha256(row[2]).prefix(12)), "\(row[2])")
      // The tree's data was put there without a record.
      #expect(row[4] == makers[row[2]] ?? "NULL")
    }
    #expect(
      rows.map { "\($0[0]) \($0[2])" }
        == [
          "1 \(folder)/one/calibrate/model.safetensors", "2 Artifacts/data/manifest.json",
          "2 Pipelines/tiny/schemes/one.yaml", "2 \(folder)/fuse/model.safetensors", "3 Artifacts/data/manifest.json",
          "3 \(folder)/train/model.safetensors", "4 Artifacts/data/manifest.json", "4 Pipelines/tiny/network.yaml",
          "4 Pipelines/tiny/train.yaml",
        ].sorted())
  }

  @Test("did accuracy change: the second evaluation of each scheme found what the first did")
  func change() throws {
    let rows = try answer("Did accuracy fall")
    #expect(rows.count == 4)
    // The newest two are the second ones.
    #expect(rows.map { $0.last } == ["0.0", "0.0", "NULL", "NULL"])
  }

  @Test("which runs failed: the line that the program ended with")
  func failures() throws {
    let error = try Self.tree.get().error
    let rows = try answer("Which runs failed")
    #expect(rows.map { $0[1] } == ["fuse"])
    #expect(error == "fuse: error: \(rows[0].last ?? "")\n")
  }

  @Test("same inputs, same bytes: two evaluations of each scheme, one content")
  func determinism() throws {
    let rows = try answer("Did equal inputs give equal bytes")
    #expect(rows.map { $0.joined(separator: " ") }.sorted() == ["evaluate one 2 1", "evaluate two 2 1"])
  }

  @Test("how long each stage takes: as many runs as were started")
  func durations() throws {
    let rows = try answer("How long does each stage take")
    let started = Dictionary(grouping: try tree.runs().map { $0.prefix { $0 != " " } }) { $0 }
    for row in rows {
      // One fuse failed.
      let failed = row[0] == "fuse" ? 1 : 0
      #expect(row[1] == "\((started[row[0][...]]?.count ?? 0) - failed)", "\(row[0])")
      #expect(try #require(Double(row[2])) <= #require(Double(row[3])))
    }
    #expect(Set(rows.map { $0[0][...] }) == Set(started.keys))
  }
}
