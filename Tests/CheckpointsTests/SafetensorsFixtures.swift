import Checkpoints
import Tensors

/// A file of the given header text and data, with the header's length in front and no padding.
func file(_ header: String, data: [UInt8] = []) -> [UInt8] {
  file(Array(header.utf8), data: data)
}

/// A file of the given header bytes and data.
func file(_ header: [UInt8], data: [UInt8] = []) -> [UInt8] {
  withUnsafeBytes(of: UInt64(header.count).littleEndian, Array.init) + header + data
}

/// A header's text that declares one tensor.
func header(
  _ name: String = "a", dtype: String = "U8", shape: String = "[2]", offsets: String = "[0,2]"
) -> String {
  "{\"\(name)\":{\"dtype\":\"\(dtype)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}}"
}

/// A checkpoint with every dtype, an empty tensor, a scalar, and names that need escapes or more than ASCII.
let sample = Checkpoint(
  tensors: [
    "conv.weight": Tensor([2, 1, 1, 2], [1.5, -0.0, .infinity, .leastNonzeroMagnitude] as [Float]),
    "conv.weight_s8": Tensor([2, 2], [-128, -1, 0, 127] as [Int8]),
    "conv.input_u8": Tensor([3], [0, 128, 255] as [UInt8]),
    "conv.bias_s32": Tensor([2], [.min, .max] as [Int32]),
    "scale": Tensor([], [0.1] as [Float]),
    "zero_point": Tensor([], [-3] as [Int8]),
    "empty": Tensor([0, 3], [] as [Float]),
    "empty_s8": Tensor([4, 0], [] as [Int8]),
    "\u{E9}t\u{E9} \"\\\n\u{1}/ \u{1F600}": Tensor([1], [7] as [UInt8]),
  ],
  metadata: ["stage": "convert", "seed": "42", "quote": "\"\u{8}\u{C}\r\t\u{1F}\u{7F}", "": ""])
