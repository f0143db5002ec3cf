import Importing
import TestSupport
import Tensors
import Testing

@Suite struct StateDictTests {
  @Test func tensorsStandAsAPersonCounts() throws {
    let file = RawFile(entries: [
      RawFile.f32("net.10.weight", [1]), RawFile.f16("net.2.weight", [2, 1], 1), RawFile.wide("net.2.n", "I64", []),
      ("net.2.q", "I8", [1], [1]),
    ])
    #expect(
      try file.stateDict().entries == [
        .init("net.2.n", "I64", []), .init("net.2.q", "I8", [1]), .init("net.2.weight", "F16", [2, 1]),
        .init("net.10.weight", "F32", [1]),
      ])
  }

  @Test func aTieToWhatIsNotThereIsNone() throws {
    let file = RawFile(entries: [RawFile.f32("a", [1])], metadata: ["b": "a", "c": "d", "a": "a"])
    #expect(try file.stateDict().ties == ["b": "a"])
  }

  @Test(
    arguments: [
      ([0x50, 0x4B, 0x03, 0x04, 0, 0, 0, 0, 0], "a zip archive, as torch.save writes"),
      ([0x80, 0x02, 0x8A, 0x0A, 0, 0, 0, 0, 0], "a pickle, as torch.save once wrote"),
    ] as [([UInt8], String)])
  func whatTorchSavesIsNamed(_ bytes: [UInt8], _ format: String) {
    #expect(
      line { _ = try StateDict(.inMemory(bytes)) }
        == "expected a safetensors file, found \(format); write one with "
        + "safetensors.torch.save_file(model.state_dict(), …)")
  }

  // A header of 128 bytes begins with the byte of a pickle.
  @Test func aFileThatIsReadIsNotTakenForAnother() throws {
    var file = RawFile(entries: [RawFile.f32("a", [1])], metadata: ["x": ""])
    let missing = 128 - (Int(file.bytes[0]) + Int(file.bytes[1]) << 8)
    file.metadata["x"] = String(repeating: "y", count: missing)
    #expect(file.bytes[0] == 0x80)
    #expect(try file.stateDict().entries.count == 1)
  }

  @Test func anEmptyFileIsNone() {
    #expect(
      line { _ = try StateDict(.inMemory([])) }
        == "not a safetensors file: 0 bytes, fewer than the 8 of the header's length")
  }
}
