import Foundation
import Testing

@Suite("Stages that are killed, and stages at once")
struct CrashTests {
  @Test("a training run that is killed leaves no file, is lost, and can be run again")
  func killed() throws {
    let workshop = try Workshop.finished()
    let before = try workshop.bytes("train.safetensors")
    try workshop.remove("train.safetensors")
    try workshop.edit("train.yaml", "epochs: 2", "epochs: 1000000")
    let child = try Program(built: "train").start(Stage.train.arguments, in: workshop.folder)
    // The first line is said once the data are loaded: what follows is training, for hours.
    #expect(child.firstErrorLine().hasPrefix("train: Tiny on 600 images"))
    let pid = child.pid
    kill(pid, SIGKILL)
    #expect(try child.wait().code == 128 + SIGKILL)
    #expect(!workshop.exists("train.safetensors"))
    #expect(try workshop.added("status") == ["running"])

    try workshop.edit("train.yaml", "epochs: 1000000", "epochs: 2")
    try workshop.succeed(.train)
    #expect(try workshop.bytes("train.safetensors") == before)
    let reason = "process \(pid) ended without closing this run"
    #expect(try workshop.added("status, error") == ["lost|\(reason)", "succeeded|NULL"])
    #expect(try workshop.select("PRAGMA integrity_check") == ["ok"])
  }

  /// A process may write no file beyond a size that the system is told: it is killed in the middle of its output.
  @Test("a stage that dies while it writes leaves the old file, or none", arguments: [1, 2, 4])
  func diesWriting(_ kilobytes: Int) throws {
    let workshop = try Workshop.finished()
    for exists in [true, false] {
      let before = exists ? try workshop.bytes("train.safetensors") : nil
      if !exists { try workshop.remove("train.safetensors") }
      let ending = try limited(kilobytes, "", in: workshop)
      #expect(ending.code == 128 + SIGXFSZ, "\(ending.errors)")
      #expect(workshop.exists("train.safetensors") == exists)
      if exists { #expect(try workshop.bytes("train.safetensors") == before) }
    }
    try workshop.succeed(.train)
  }

  /// With the signal ignored, the write itself fails, as on a full disk.
  @Test("a write that fails is one line, behind a warning that there is no state of it, and nothing of it stays")
  func writeFails() throws {
    let workshop = try Workshop.finished()
    let before = try workshop.bytes("train.safetensors")
    let files = try workshop.files()
    let ending = try limited(2, "trap '' XFSZ;", in: workshop)
    #expect(ending.code == 1)
    let reason = "cannot be written: File too large; make room, or lift the limit, and run again"
    #expect(
      ending.errors == "train: warning: train.safetensors.state: \(reason); interrupted, this run would begin anew\n"
        + "train: error: train.safetensors: \(reason)\n")
    #expect(try workshop.bytes("train.safetensors") == before)
    #expect(try workshop.files() == files)
  }

  /// Runs train without a catalog, whose file is larger, under a limit on the size of files.
  private func limited(_ kilobytes: Int, _ preparation: String, in workshop: Workshop) throws -> Program.Ending {
    try shell(
      "ulimit -c 0; ulimit -f \(kilobytes); \(preparation)", "train",
      [
        "--config", "network.yaml", "train.yaml", "--input", "data/manifest.json", "--output", "train.safetensors",
        "--quiet",
      ], in: workshop)
  }

  /// Runs a program that a shell becomes after some preparation.
  private func shell(
    _ preparation: String, _ program: String, _ arguments: [String], in workshop: Workshop
  ) throws -> Program.Ending {
    try Program(path: "/bin/bash").run(
      ["-c", "\(preparation) exec \"$0\" \"$@\"", try Program(built: program).path] + arguments,
      in: workshop.folder)
  }

  /// The catalog itself may not grow beyond these sizes: the process dies while it makes the tables, while it begins
  /// the run, or while it closes it.
  @Test(
    "a stage that dies while it records has not succeeded, and the catalog serves the next",
    arguments: [1, 4, 16, 32, 48, 52, 54, 56, 60], [true, false])
  func diesRecording(_ kilobytes: Int, _ isFresh: Bool) throws {
    let workshop = try Workshop.finished()
    if isFresh { try workshop.remove("catalog.sqlite") }
    let before = isFresh ? 0 : 7
    let ending = try shell(
      "ulimit -c 0; ulimit -f \(kilobytes);", "convert", Stage.convert.arguments + ["--quiet"], in: workshop)
    #expect(ending.code == 0 || ending.code == 128 + SIGXFSZ)
    try workshop.succeed(.convert)
    let runs = try workshop.select("SELECT status FROM run WHERE id > \(before) ORDER BY id")
    #expect(runs.last == "succeeded")
    if ending.code == 0 {
      #expect(runs == ["succeeded", "succeeded"])
    } else {
      #expect(runs.dropLast().allSatisfy { $0 == "lost" })
    }
    #expect(try workshop.select("PRAGMA integrity_check") == ["ok"])
    #expect(try workshop.select("PRAGMA foreign_key_check") == [])
  }

  @Test("a stage that nobody can hear does its work all the same", arguments: ["2>/dev/full", "2>&-"])
  func unheard(_ redirection: String) throws {
    let workshop = try Workshop.finished()
    let before = try workshop.bytes("train.safetensors")
    try workshop.remove("train.safetensors")
    let ending = try shell("exec \(redirection);", "train", Stage.train.arguments, in: workshop)
    #expect(ending.code == 0)
    #expect(try workshop.bytes("train.safetensors") == before)
    #expect(try workshop.added("status") == ["succeeded"])
    #expect(try workshop.select("PRAGMA integrity_check") == ["ok"])
  }

  @Test("eight stages that record at once on a fresh catalog are all recorded")
  func atOnce() throws {
    let workshop = try Workshop.finished()
    try workshop.remove("catalog.sqlite")
    let program = try Program(built: "convert")
    let pids = try (0..<8).map { index in
      let arguments = [
        "--input", "calibrate.safetensors", "--output", "copy\(index).safetensors", "--catalog", "catalog.sqlite",
        "--pipeline", "tiny", "--scheme", "octavo",
      ]
      return Box(try program.start(arguments, in: workshop.folder))
    }
    for child in pids {
      let ending = try child.wait()
      #expect(ending.code == 0, "\(ending.errors)")
    }
    #expect(try workshop.select("SELECT status, count(*) FROM run GROUP BY status") == ["succeeded|8"])
    #expect(
      try workshop.select("SELECT count(DISTINCT path), count(DISTINCT sha256) FROM artifact WHERE path LIKE 'copy%'")
        == ["8|1"])
    #expect(try workshop.select("SELECT count(*) FROM quantization_parameter") == ["\(8 * 34)"])
    #expect(try workshop.select("PRAGMA integrity_check") == ["ok"])
    #expect(try workshop.select("PRAGMA foreign_key_check") == [])
  }

  /// A process in an array.
  private final class Box {
    private var child: Program.Child?
    init(_ child: consuming Program.Child) { self.child = consume child }
    func wait() throws -> Program.Ending {
      guard let child = child.take() else { throw SpawnError(code: ECHILD) }
      return try child.wait()
    }
  }
}
