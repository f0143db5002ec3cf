import Checkpoints
import Files
import Foundation
import TestSupport
import Tensors
import Testing

/// What is written, read by a program that shares nothing with ours: the format's description in a few lines of Python.
@Suite struct PythonReaderTests {
  /// Prints a file's metadata, and of each tensor its type, its shape, where it begins in the file, and its elements.
  private static let reader = """
    import json, struct, sys
    codes = {"F32": "f", "I8": "b", "U8": "B", "I32": "i"}
    with open(sys.argv[1], "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length].decode("utf-8"))
    metadata = header.pop("__metadata__", {})
    tensors, ends = {}, [0]
    for name, entry in sorted(header.items(), key=lambda item: item[1]["data_offsets"]):
        begin, end = entry["data_offsets"]
        assert begin == ends[-1], name
        ends.append(end)
        data = content[8 + length + begin : 8 + length + end]
        code = codes[entry["dtype"]]
        values = [value for (value,) in struct.iter_unpack("<" + code, data)]
        tensors[name] = [entry["dtype"], entry["shape"], 8 + length + begin, [repr(float(value)) for value in values]]
    assert 8 + length + ends[-1] == len(content)
    print(json.dumps({"metadata": metadata, "tensors": tensors}))
    """

  private static let python = ["/usr/bin/python3", "/usr/local/bin/python3"].first {
    FileManager.default.isExecutableFile(atPath: $0)
  }

  @Test(.enabled("there is no python3 in /usr/bin or /usr/local/bin") { python != nil })
  func readsWhatIsWritten() throws {
    let folder = try TemporaryFolder()
    _ = try sample.write(to: folder.path("a.safetensors"))
    let ending = try Command.run(try #require(Self.python), ["-c", Self.reader, folder.path("a.safetensors")])
    #expect(ending.code == 0, "\(ending.errors)")
    let found = try #require(try JSONSerialization.jsonObject(with: ending.output) as? [String: Any])
    #expect(found["metadata"] as? [String: String] == sample.metadata)
    let tensors = try #require(found["tensors"] as? [String: [Any]])
    #expect(Set(tensors.keys) == Set(sample.tensors.keys))
    for (name, tensor) in sample.tensors {
      let entry = try #require(tensors[name])
      let words: [DType: String] = [.f32: "F32", .s8: "I8", .u8: "U8", .s32: "I32"]
      #expect(entry[0] as? String == words[tensor.dtype])
      #expect(entry[1] as? [Int] == tensor.shape.dimensions)
      #expect(try #require(entry[2] as? Int).isMultiple(of: tensor.dtype.byteCount), "\(name) lies unaligned")
      #expect(try #require(entry[3] as? [String]).map(Double.init) == values(tensor))
    }
  }

  /// The elements; whether zero is negative is no matter here.
  private func values(_ tensor: Tensor) -> [Double?] {
    switch tensor.storage {
    case .f32(let values): values.map(Double.init)
    case .s8(let values): values.map(Double.init)
    case .u8(let values): values.map(Double.init)
    case .s32(let values): values.map(Double.init)
    }
  }
}
