import Foundation
import TestSupport
import Testing

/// `convert-transformer` that is killed, through the built programs.
@Suite(
  "a conversion that was interrupted goes on", .enabled("\(Stories.absence)") { Stories.isThere })
struct LanguageResumeTests {
  private let workshop: Workshop
  private static let output = "int8.safetensors"
  private static let (state, partial) = (output + ".state", output + ".partial")
  private static let arguments = [
    "--config", "scheme.yaml", "--input", "float.safetensors", "--output", output, "--quiet",
  ]

  init() throws {
    workshop = try Workshop()
    let ending = try workshop.run(
      "import-transformer",
      ["--input", Stories.path("stories260K.bin"), Stories.path("tok512.bin"), "--output", "float.safetensors"])
    try #require(ending.code == 0, "\(ending.errors)")
    try workshop.write("weights: per_row\nactivations: per_token\n", to: "scheme.yaml")
  }

  private func convert(quiet: Bool = true) throws -> Program.Ending {
    try workshop.run("convert-transformer", quiet ? Self.arguments : Self.arguments.dropLast())
  }

  /// The bytes that a conversion gives which nothing interrupts; its output is taken away.
  private func whole() throws -> [UInt8] {
    #expect(try convert().code == 0)
    defer { try? workshop.remove(Self.output) }
    return try workshop.bytes(Self.output)
  }

  /// Kills a conversion where its file is so long: the system is told that no file may be longer.
  private func interrupt(kilobytes: Int) throws {
    let ending = try Program(path: "/bin/bash").run(
      ["-c", "ulimit -c 0; ulimit -f \(kilobytes); exec \"$0\" \"$@\"", try Program(built: "convert-transformer").path]
        + Self.arguments, in: workshop.folder)
    #expect(ending.code == 128 + SIGXFSZ, "\(ending.errors)")
    #expect(!workshop.exists(Self.output) && workshop.exists(Self.state))
    #expect(try workshop.bytes(Self.partial).count == kilobytes * 1024)
  }

  @Test("killed at any place and run again, it says so, and its bytes are those of a run that was not killed")
  func killed() throws {
    let bytes = try whole()
    let before = try workshop.files()
    for kilobytes in [48, 100, 150, 200, 300] {
      try interrupt(kilobytes: kilobytes)
      let tensors = try #require(try workshop.checkpoint(Self.state).metadata["tensors"])
      let ending = try convert(quiet: false)
      #expect(ending.code == 0)
      #expect(
        ending.errors.contains("goes on after tensor \(tensors) of ")
          && ending.errors.contains(", as \(Self.state) has it\n"), "\(ending.errors)")
      #expect(try workshop.bytes(Self.output) == bytes)
      try workshop.remove(Self.output)
      #expect(try workshop.files() == before)
    }
    // Killed while it goes on, too.
    for kilobytes in [100, 200] { try interrupt(kilobytes: kilobytes) }
    #expect(try convert().code == 0)
    #expect(try workshop.bytes(Self.output) == bytes)
  }

  @Test("what is damaged, of another run or no state at all is ignored in one warning")
  func ignored() throws {
    let bytes = try whole()
    try interrupt(kilobytes: 200)
    let (state, partial) = (try workshop.bytes(Self.state), try workshop.bytes(Self.partial))
    func expectAnew(_ warning: String, _ state: [UInt8], _ partial: [UInt8], _ expected: [UInt8]?) throws {
      try workshop.write(state, to: Self.state)
      try workshop.write(partial, to: Self.partial)
      let ending = try convert()
      #expect(ending.code == 0)
      #expect(ending.errorLines.count == 1)
      #expect(ending.errors.hasPrefix("convert-transformer: warning: \(warning)"), "\(ending.errors)")
      #expect(ending.errors.hasSuffix("; conversion begins anew\n"))
      if let expected { #expect(try workshop.bytes(Self.output) == expected) }
      #expect(!workshop.exists(Self.state) && !workshop.exists(Self.partial))
    }
    let damaged = "\(Self.partial): expected the "
    for place in [0, 20_000, 40_000] {
      var flipped = partial
      flipped[place] ^= 1
      try expectAnew(damaged, state, flipped, bytes)
    }
    try expectAnew(damaged, state, Array(partial[..<10_000]), bytes)
    let none = "\(Self.state): not a conversion's state, or a damaged one: "
    for other in [[], Array("{}".utf8), Array(state.dropLast())] { try expectAnew(none, other, partial, bytes) }

    func changed(_ key: String, _ value: String?) throws -> [UInt8] {
      try workshop.write(state, to: Self.state)
      try workshop.edit(checkpoint: Self.state) { $0.metadata[key] = value }
      return try workshop.bytes(Self.state)
    }
    let another = "\(Self.state): expected the state of this conversion, found one of another "
    try expectAnew(none, changed("bytes", "-1"), partial, bytes)
    try expectAnew(none, changed("content_sha256", nil), partial, bytes)
    try expectAnew(damaged, changed("bytes", "40000"), partial, bytes)
    try expectAnew(another + "program", changed("program_sha256", "0"), partial, bytes)
    try expectAnew(another + "inputs", changed("input_sha256", "0"), partial, bytes)

    try workshop.write("weights: per_tensor\nactivations: per_token\n", to: "scheme.yaml")
    try expectAnew(another + "configuration", state, partial, nil)
    let other = try workshop.bytes(Self.output)
    #expect(try whole() == other && other != bytes)
  }

  @Test("a partial file without a state is begun anew in silence, and so is a state without a partial file")
  func half() throws {
    let bytes = try whole()
    for lost in [Self.state, Self.partial] {
      try interrupt(kilobytes: 200)
      try workshop.remove(lost)
      let ending = try convert()
      #expect(ending.code == 0 && ending.errors == "")
      #expect(try workshop.bytes(Self.output) == bytes)
      #expect(!workshop.exists(Self.state) && !workshop.exists(Self.partial))
      try workshop.remove(Self.output)
    }
  }

  @Test("a write that fails is one line, and nothing stays of it")
  func fails() throws {
    let files = try workshop.files()
    let ending = try Program(path: "/bin/bash").run(
      ["-c", "trap '' XFSZ; ulimit -f 100; exec \"$0\" \"$@\"", try Program(built: "convert-transformer").path]
        + Self.arguments, in: workshop.folder)
    #expect(ending.code == 1)
    #expect(ending.errorLines.count == 1 && ending.errors.contains("cannot be written: File too large"))
    #expect(try workshop.files() == files)
  }

  @Test("an input that has the name of what it keeps is not overwritten", arguments: [".state", ".partial"])
  func sameFile(_ suffix: String) throws {
    try workshop.write(try workshop.bytes("float.safetensors"), to: "o" + suffix)
    let ending = try workshop.run(
      "convert-transformer", ["--config", "scheme.yaml", "--input", "o" + suffix, "--output", "o", "--quiet"])
    #expect(ending.code == 1)
    #expect(
      ending.errors == "convert-transformer: error: --output o\(suffix): the same file as --input o\(suffix), "
        + "which would be lost; name another\n")
  }
}
