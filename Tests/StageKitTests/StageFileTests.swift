import Checkpoints
import Layers
import ModelStages
import Networks
import StageKit
import TestSupport
import Tensors
import Testing

/// A checkpoint as PyTorch's own tools write it, by hand: half floats, and a counter of batches.
@Suite("Checkpoints from elsewhere") struct StageFileTests {
  private static let network = Network(1, 2, 2, [.conv2d(Conv2d(out: 1, kernel: 2)), .batchNorm2d(BatchNorm2d())])

  /// A file of tensors, each with its type, its shape and its bytes.
  private func file(_ tensors: [(name: String, dtype: String, shape: String, bytes: [UInt8])]) -> StageFile {
    let network = Self.network.json.replacing("\"", with: "\\\"")
    var (entries, data) = (["\"__metadata__\":{\"network\":\"\(network)\"}"], [UInt8]())
    for tensor in tensors {
      let (begin, end) = (data.count, data.count + tensor.bytes.count)
      entries.append(
        "\"\(tensor.name)\":{\"dtype\":\"\(tensor.dtype)\",\"shape\":\(tensor.shape),\"data_offsets\":[\(begin),\(end)]}"
      )
      data += tensor.bytes
    }
    let header = Array("{\(entries.joined(separator: ","))}".utf8)
    let length = (0..<8).map { UInt8(header.count >> (8 * $0) & 0xFF) }
    return StageFile(path: "x.safetensors", content: .inMemory(length + header + data))
  }

  /// 1, -2, 0.5 and 2^-24 in the weight; 1 in all others.
  private static let tensors: [(name: String, dtype: String, shape: String, bytes: [UInt8])] = [
    ("l1.num_batches_tracked", "I64", "[]", [9, 0, 0, 0, 0, 0, 0, 0]),
    ("l0.weight", "F16", "[1,1,2,2]", [0x00, 0x3C, 0x00, 0xC0, 0x00, 0x38, 0x01, 0x00]),
    ("l0.bias", "BF16", "[1]", [0x80, 0x3F]), ("l1.weight", "F32", "[1]", [0, 0, 0x80, 0x3F]),
    ("l1.bias", "F32", "[1]", [0, 0, 0x80, 0x3F]), ("l1.running_mean", "BF16", "[1]", [0x80, 0x3F]),
    ("l1.running_var", "F16", "[1]", [0x00, 0x3C]),
  ]

  @Test("half floats are widened, and a counter of batches is passed over")
  func halves() throws {
    let file = file(Self.tensors)
    let model = try file.floatModel(in: file.checkpoint(of: "train"))
    #expect(model.values("l0.weight") == [1, -2, 0.5, 0x1p-24])
    for name in ["l0.bias", "l1.weight", "l1.bias", "l1.running_mean", "l1.running_var"] {
      #expect(model.values(name) == [1])
    }
    #expect(model.parameters.count == 6)
  }

  @Test(
    "a tensor that cannot be used is named, with its type, and no file is called damaged",
    arguments: [("F64", 8), ("I64", 8), ("I16", 2), ("F8_E4M3", 1), ("BOOL", 1), ("C64", 8)])
  func foreign(_ dtype: String, _ width: Int) throws {
    var tensors = Self.tensors
    tensors[2] = ("l0.bias", dtype, "[1]", [UInt8](repeating: 0, count: width))
    let file = file(tensors)
    let error = line { _ = try file.floatModel(in: file.checkpoint(of: "train")) }
    #expect(
      error == "x.safetensors: parameter 'l0.bias': expected f32 [1], found \(dtype) [1]; save it as float32")
  }

  @Test("a tensor of no layer is named, whatever its type", arguments: ["I64", "F32"])
  func unknown(_ dtype: String) throws {
    let file = file(Self.tensors + [("l9.weight", dtype, "[0]", [])])
    let error = line { _ = try file.floatModel(in: file.checkpoint(of: "train")) }
    #expect(
      error
        == "x.safetensors: parameter 'l9.weight': no layer of the network uses it; run the stage that made this "
        + "checkpoint again")
  }

  @Test("a checkpoint of another format is refused; one that does not say its format is read")
  func format() throws {
    let file = {
      try StageFile(path: "x.safetensors", content: .inMemory(Safetensors.encode(Checkpoint(metadata: $0))))
    }
    #expect(throws: Never.self) { try file(["stage": "train"]).checkpoint(of: "train") }
    #expect(throws: Never.self) { try file(["format_version": Version.format]).checkpoint(of: "train") }
    for version in ["2", "", "1.0", "one\n"] {
      let error = line { _ = try file(["format_version": version]).checkpoint(of: "train") }
      #expect(
        error?.hasPrefix(
          "x.safetensors: expected a checkpoint of format_version 1, the one that this program reads, found '") == true)
      #expect(error?.isOneLine == true)
    }
  }
}
