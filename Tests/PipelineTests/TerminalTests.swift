import Foundation
import Testing

/// What a person sees: the doors on a terminal of their own, which util-linux's `script` makes.
@Suite("Doors on a terminal, and in a pipe")
struct TerminalTests {
  let workshop: Workshop
  init() throws { workshop = try Workshop.finished() }

  private static let hasScript = ["/usr/bin/script", "/bin/script"].contains {
    FileManager.default.isExecutableFile(atPath: $0)
  }
  private static let noScript = Comment("needs util-linux's script, which makes a terminal; apt-get install bsdutils")

  /// What a stage writes on a terminal of so many columns, its lines ended as the program ended them.
  private func onTerminal(
    _ stage: Stage, _ adding: [String] = [], columns: Int = 80, environment: [String: String] = [:]
  ) throws -> String {
    let words = [try Program(built: stage.name).path] + stage.arguments + adding
    let command = words.map { "'\($0)'" }.joined(separator: " ")
    let ending = try Program(path: "script").run(
      ["-qec", "stty cols \(columns) rows 24; \(command)", "/dev/null"], in: workshop.folder,
      environment: ["TERM": "xterm", "SHELL": "/bin/sh"].merging(environment) { $1 })
    return ending.output.replacing("\r\n", with: "\n")
  }

  /// The lines that stand on the screen at some time: a carriage return begins one anew.
  private func shown(_ text: String) -> [String] {
    text.split(separator: "\n").flatMap { $0.split(separator: "\r") }.map {
      String($0).replacing(/\u{1B}\[[0-9;]*[A-Za-z]/, with: "")
    }
  }

  @Test("a bar with what it knows, a table at the end, and the bar is gone", .enabled(if: hasScript, noScript))
  func bar() throws {
    let text = try onTerminal(.train)
    let bars = shown(text).filter { $0.hasPrefix("train  epoch ") }
    #expect(bars.first?.hasPrefix("train  epoch 1 of 2 [") == true)
    #expect(bars.contains { $0.hasPrefix("train  epoch 2 of 2 [##########] 100 %") && $0.contains("  loss ") })
    // The bar is taken away, and the line that follows comes with the same breath.
    #expect(text.contains("\r\u{1B}[Ktrain: epoch 1 of 2: loss "))
    #expect(text.contains("\ntrain: epochs\nEpoch"))
    #expect(!text.hasSuffix("\u{1B}[K"))
  }

  @Test("an evaluation shows both accuracies so far", .enabled(if: hasScript, noScript))
  func evaluate() throws {
    let bars = shown(try onTerminal(.evaluate)).filter { $0.hasPrefix("evaluate octavo  ") }
    #expect(
      bars.contains { $0.hasPrefix("evaluate octavo  float32 [") && $0.contains("  float32 ") && !$0.contains("int8") })
    #expect(
      bars.contains { $0.hasPrefix("evaluate octavo  int8 [") && $0.contains("  float32 ") && $0.contains(", int8 ") })
  }

  @Test("nothing is wider than the terminal", .enabled(if: hasScript, noScript), arguments: [20, 40, 60])
  func narrow(_ columns: Int) throws {
    for stage in [Stage.train, .convert, .calibrate, .evaluate] {
      // Its bar and its table; a line of its log is a sentence, which a terminal may wrap, and is known by a colon.
      let all = shown(try onTerminal(stage, columns: columns))
      let rule = try #require(all.firstIndex { $0.hasPrefix("--") })
      let lines = all[..<rule].filter { !$0.contains(": ") } + all[(rule - 2)...]
      #expect(lines.count >= 5)
      for line in lines { #expect(line.count < columns, "\(stage.name): \(line)") }
    }
  }

  @Test(
    "errors are red, unless NO_COLOR or a dumb terminal says no", .enabled(if: hasScript, noScript),
    arguments: [([:], true), (["NO_COLOR": ""], true), (["NO_COLOR": "1"], false), (["TERM": "dumb"], false)])
  func color(_ environment: [String: String], _ isColored: Bool) throws {
    try workshop.remove("train.safetensors")
    let text = try onTerminal(.fuse, environment: environment)
    #expect(text.contains("\u{1B}[31mfuse: error: train.safetensors: ") == isColored)
    #expect(text.contains("fuse: error: train.safetensors: "))
    #expect(text.contains("\u{1B}") == isColored)
  }

  @Test("without colour, the bar's own erasing is all that steers the terminal", .enabled(if: hasScript, noScript))
  func noColor() throws {
    for stage in [Stage.train, .evaluate] {
      let text = try onTerminal(stage, environment: ["NO_COLOR": "1"])
      #expect(text.contains("\r\u{1B}[K"))
      #expect(!text.replacing("\u{1B}[K", with: "").contains("\u{1B}"))
    }
  }

  @Test(
    "no bar on a dumb terminal, and none where make runs stages at once", .enabled(if: hasScript, noScript),
    arguments: [["TERM": "dumb"], ["TERM": ""], ["MAKEFLAGS": " -j4 --jobserver-auth=3,4"]])
  func noBar(_ environment: [String: String]) throws {
    let text = try onTerminal(.train, environment: environment)
    #expect(text.hasPrefix("train: Tiny on 600 images"))
    #expect(!text.contains("\r"))
    #expect(text.contains("train: epochs\n"))
  }

  @Test("in a pipe there are whole plain lines, the table among them", arguments: Stage.all)
  func pipe(_ stage: Stage) throws {
    let ending = try workshop.run(stage, environment: ["TERM": "xterm", "COLUMNS": "20"])
    #expect(ending.code == 0)
    for text in [ending.errors, ending.output] {
      #expect(!text.contains("\r") && !text.contains("\u{1B}"))
      #expect(text.isEmpty || text.hasSuffix("\n"))
    }
    guard stage.name != "report" else { return }
    #expect(ending.output == "")
    // The caption names stage and scheme, for several stages may speak at once.
    let caption = stage.name + (stage.hasScheme ? " octavo: " : ": ")
    let lines = ending.errors.split(separator: "\n", omittingEmptySubsequences: false)
    let rule = try #require(lines.firstIndex { $0.hasPrefix("--") })
    #expect(lines[rule - 2].hasPrefix(caption))
    #expect(lines[rule - 3] == "" && lines.last == "")
  }

  @Test("--quiet silences the table", arguments: Stage.all)
  func quiet(_ stage: Stage) throws {
    #expect(try workshop.run(stage, adding: ["--quiet"]).errors == "")
    #expect(!(try workshop.run(stage, adding: ["--log-level", "notice"]).errors.contains("---")))
  }

  @Test("stages that make runs at once never get into each other's tables")
  func parallel() throws {
    let tree = try Tree()
    let ending = try tree.make("-j4", "all")
    #expect(ending.code == 0)
    #expect(!ending.errors.contains("\r"))
    // Every table stands as it does when its stage speaks alone.
    let alone = try Tree().make("-j1", "all").errors
    func tables(_ text: String) -> [String] {
      text.components(separatedBy: "\n\n").map { $0.trimmingCharacters(in: .newlines) }.filter {
        $0.contains("\n--") && !$0.contains("Seconds") && !$0.contains("Images/s")
      }
      .sorted()
    }
    #expect(tables(ending.errors) == tables(alone))
    #expect(tables(alone).count == 5)
  }
}
