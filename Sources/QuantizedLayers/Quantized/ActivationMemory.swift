import Kernels
import Layers
import Networks

/// Where the integer engine's values lie.
///
/// Each shard of images has a part of the memory to itself, for shards run beside each other. Within it values whose
/// lifetimes do not meet share a place: those that a person may ask for afterwards live to the end.
struct ActivationMemory {
  private let layouts: [ActivationLayout]
  private let capacity: Int
  private let bytes: Part<UInt8>
  private let floats: Part<Float>

  /// Memory for the values that an engine makes.
  /// - Parameters:
  ///   - lifetimes: for each of them, from which node to which it is there.
  init(_ lowered: LoweredNetwork, _ plan: Plan, lifetimes: [Int: ClosedRange<Int>], capacity: Int) {
    layouts = plan.layouts
    self.capacity = capacity
    let images = min(Compute.imagesPerShard, capacity)
    func part<Element>(_ values: [Int]) -> Part<Element> {
      Part(
        values.map { .init(value: $0, count: images * plan.layouts[$0].imageStride, life: lifetimes[$0] ?? 0...0) },
        shards: Compute.shards(of: capacity))
    }
    let isReal = { (value: Int) in lowered.values[value].form == .real }
    bytes = part(lifetimes.keys.filter { !isReal($0) })
    floats = part(lifetimes.keys.filter(isReal))
  }

  /// Bytes of all values.
  var byteCount: Int { bytes.byteCount + floats.byteCount }

  /// Integers.
  func integers(_ value: Int, fill: UInt8) -> Activation<UInt8> { bytes.room(value, layouts[value], capacity, fill) }

  /// Real numbers, with zeros around them.
  func reals(_ value: Int) -> Activation<Float> { floats.room(value, layouts[value], capacity, 0) }

  /// Whether others write where the value lies, so that its border is to be filled anew each time.
  func isShared(_ value: Int) -> Bool { bytes.isShared(value) || floats.isShared(value) }
}

extension ActivationMemory {
  /// The values of one type.
  private struct Part<Element: BitwiseCopyable & Sendable> {
    /// A value that wants room.
    struct Claim {
      let value: Int
      /// Elements of a shard.
      let count: Int
      let life: ClosedRange<Int>
    }

    private let buffer: AlignedBuffer<Element>
    private let shardStride: Int
    private var places: [Int: Range<Int>] = [:]

    /// The largest first, each where it meets no other of its time, as low as may be.
    init(_ claims: [Claim], shards: Int) {
      let step = 64 / MemoryLayout<Element>.stride
      var placed: [(claim: Claim, place: Range<Int>)] = []
      for claim in claims.sorted(by: { ($1.count, $0.value) < ($0.count, $1.value) }) {
        let count = (claim.count + step - 1) / step * step
        var start = 0
        for other in placed.sorted(by: { $0.place.lowerBound < $1.place.lowerBound })
        where other.claim.life.overlaps(claim.life) {
          if other.place.lowerBound >= start + count { break }
          start = max(start, other.place.upperBound)
        }
        placed.append((claim, start..<start + count))
      }
      for (claim, place) in placed { places[claim.value] = place }
      shardStride = placed.map(\.place.upperBound).max() ?? 0
      buffer = AlignedBuffer(count: shards * shardStride)
    }

    var byteCount: Int { buffer.count * MemoryLayout<Element>.stride }

    func room(_ value: Int, _ layout: ActivationLayout, _ capacity: Int, _ fill: Element) -> Activation<Element> {
      guard let place = places[value] else { preconditionFailure("value \(value) has no place") }
      return Activation(
        layout, capacity: capacity, fill: fill, in: buffer, at: place.lowerBound, shardStride: shardStride)
    }

    func isShared(_ value: Int) -> Bool {
      guard let place = places[value] else { return false }
      return places.contains { $0.key != value && $0.value.overlaps(place) }
    }
  }
}

extension LoweredNetwork {
  /// From which node to which each value is there that the integer engine makes: not sums, nor what is pooled as it is
  /// made, nor a view of another value, nor an input that is quantized as it is loaded.
  /// - Parameter areKept: whether all live to the end.
  func lifetimes(_ plan: Plan, areKept: Bool) -> [Int: ClosedRange<Int>] {
    var (births, roots) = ([0: -1], Array(values.indices))
    var deaths = [Int](repeating: -1, count: values.count)
    for (index, node) in nodes.enumerated() {
      for input in node.inputs { deaths[roots[input]] = index }
      switch node.operation {
      case .multiply:
        // Factors are read where their sums become something.
        roots[node.output] = roots[node.inputs[0]]
      case .quantize where node.inputs[0] == 0: (births[0], births[node.output]) = (nil, -1)
      case .layer where plan.isView(node): roots[node.output] = roots[node.inputs[0]]
      case .requantize:
        let made = pool(behind: index).map { nodes[$0.node].output } ?? node.output
        births[made] = index
      case .layer, .quantize, .dequantize, .quantizeDynamically, .dequantizeSums:
        births[node.output] = births[node.output] ?? index
      }
    }
    deaths[roots[output]] = nodes.count
    return births.reduce(into: [:]) { lives, birth in
      lives[birth.key] = birth.value...(areKept ? nodes.count : max(deaths[birth.key], birth.value))
    }
  }
}
