/// A GGUF file built by hand, right or wrong.
struct RawGGUF {
  /// A value and its type.
  enum Value {
    case u32(UInt32)
    case u64(UInt64)
    case f32(Float)
    case bool(UInt8)
    case string(String)
    case strings([String])
    case floats([Float])
    case integers([Int32])
    /// A type's number and bytes.
    case raw(UInt32, [UInt8])

    var bytes: [UInt8] {
      switch self {
      case .u32(let number): littleEndian([UInt32(4), number])
      case .u64(let number): littleEndian([UInt32(10)]) + littleEndian([number])
      case .f32(let number): littleEndian([UInt32(6)]) + littleEndian([number])
      case .bool(let byte): littleEndian([UInt32(7)]) + [byte]
      case .string(let text): littleEndian([UInt32(8)]) + RawGGUF.string(text)
      case .strings(let texts): Self.array(8, texts.count) + texts.flatMap(RawGGUF.string)
      case .floats(let numbers): Self.array(6, numbers.count) + littleEndian(numbers)
      case .integers(let numbers): Self.array(5, numbers.count) + littleEndian(numbers)
      case .raw(let type, let bytes): littleEndian([type]) + bytes
      }
    }

    private static func array(_ type: UInt32, _ count: Int) -> [UInt8] {
      littleEndian([UInt32(9), type]) + littleEndian([UInt64(count)])
    }
  }

  struct Tensor {
    var name: String
    /// Innermost first.
    var sizes: [UInt64]
    var type: UInt32
    var data: [UInt8]
    /// Where the file says that it is; nil for where it is.
    var offset: UInt64?
  }

  var start = Array("GGUF".utf8)
  var version: UInt32 = 3
  var keys: [(key: String, value: Value)] = []
  var tensors: [Tensor] = []
  var alignment = 32
  var (keyCount, tensorCount): (UInt64?, UInt64?)

  subscript(key: String) -> Value? {
    get { keys.first { $0.key == key }?.value }
    set {
      if let index = keys.firstIndex(where: { $0.key == key }) {
        keys.remove(at: index)
        if let newValue { keys.insert((key, newValue), at: index) }
      } else if let newValue {
        keys.append((key, newValue))
      }
    }
  }

  static func string(_ text: String) -> [UInt8] { littleEndian([UInt64(text.utf8.count)]) + Array(text.utf8) }

  /// Everything before the data, without padding.
  var header: [UInt8] {
    var bytes = start + littleEndian([version])
    bytes += littleEndian([tensorCount ?? UInt64(tensors.count), keyCount ?? UInt64(keys.count)])
    for (key, value) in keys { bytes += Self.string(key) + value.bytes }
    var place = 0
    for tensor in tensors {
      bytes += Self.string(tensor.name) + littleEndian([UInt32(tensor.sizes.count)]) + littleEndian(tensor.sizes)
      bytes += littleEndian([tensor.type]) + littleEndian([tensor.offset ?? UInt64(place)])
      place += padded(tensor.data.count)
    }
    return bytes
  }

  var bytes: [UInt8] {
    var bytes = header
    for tensor in [[]] + tensors.map(\.data) {
      bytes += tensor
      bytes += [UInt8](repeating: 0, count: padded(bytes.count) - bytes.count)
    }
    return bytes
  }

  private func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}

extension RawGGUF {
  /// A file of a network, F32 throughout, with SentencePiece's tokens.
  init(_ network: SmallNetwork) {
    let sizes = network.configuration
    let count = sizes.vocabularySize
    keys = [
      ("general.architecture", .string("llama")), ("llama.context_length", .u32(UInt32(sizes.contextLength))),
      ("llama.embedding_length", .u32(UInt32(sizes.hiddenSize))), ("llama.block_count", .u32(UInt32(sizes.layers))),
      ("llama.feed_forward_length", .u32(UInt32(sizes.intermediateSize))),
      ("llama.attention.head_count", .u64(UInt64(sizes.heads))),
      ("llama.attention.head_count_kv", .u32(UInt32(sizes.keyValueHeads))),
      ("llama.attention.layer_norm_rms_epsilon", .f32(sizes.normEpsilon)),
      ("llama.rope.dimension_count", .u32(UInt32(sizes.headSize))),
      ("tokenizer.ggml.model", .string("llama")),
      ("tokenizer.ggml.tokens", .strings((0..<count).map { $0 < 3 ? "<\($0)>" : "\u{2581}t\($0)" })),
      ("tokenizer.ggml.scores", .floats((0..<count).map { -Float($0) })),
      ("tokenizer.ggml.token_type", .integers((0..<count).map { $0 == 0 ? 2 : $0 < 3 ? 3 : 1 })),
      ("tokenizer.ggml.bos_token_id", .u32(1)), ("tokenizer.ggml.eos_token_id", .u32(2)),
      ("tokenizer.ggml.add_space_prefix", .bool(1)),
    ]
    func add(_ name: String, _ weights: [Float], _ sizes: Int...) {
      tensors.append(Tensor(name: name, sizes: sizes.map(UInt64.init), type: 0, data: littleEndian(weights)))
    }
    let (hidden, inner, narrow) = (sizes.hiddenSize, sizes.intermediateSize, sizes.keyValueSize)
    add("token_embd.weight", network[.embedding], hidden, count)
    for i in 0..<sizes.layers {
      add("blk.\(i).attn_norm.weight", network[.attentionNorm(i)], hidden)
      add("blk.\(i).attn_q.weight", network[.query(i)], hidden, hidden)
      add("blk.\(i).attn_k.weight", network[.key(i)], hidden, narrow)
      add("blk.\(i).attn_v.weight", network[.value(i)], hidden, narrow)
      add("blk.\(i).attn_output.weight", network[.attentionOutput(i)], hidden, hidden)
      add("blk.\(i).ffn_norm.weight", network[.feedForwardNorm(i)], hidden)
      add("blk.\(i).ffn_gate.weight", network[.gate(i)], hidden, inner)
      add("blk.\(i).ffn_up.weight", network[.up(i)], hidden, inner)
      add("blk.\(i).ffn_down.weight", network[.down(i)], inner, hidden)
    }
    add("output_norm.weight", network[.norm], hidden)
    if !sizes.isTied { add("output.weight", network[.classifier], hidden, count) }
  }
}
