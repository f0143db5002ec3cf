import Kernels
import Synchronization
import Tensors
import Transformer

/// Groups of a row's weights as integers with scales of binary16, rounded as ggml rounds its blocks of Q8_0 and Q4_0 (ggml's
/// ggml-quants.c), so that groups of 32 are those blocks:
///
///     8 bits: scale = max |w| / 127,              q = rna(w * (1 / scale))              -127 ... 127
///     4 bits: scale = w of the largest |w| / -8,  q = min(7, floor(w * (1 / scale) + 8.5) - 8)  -8 ... 7
///
/// rna rounds halves away from zero. The quotients take the scale as it was before it became binary16; a group of zeros has the
/// scale 0 and zeros. The sum of a group of at most 128 terms stays far within 32 bits.
struct GroupQuantizer: MatrixQuantizer {
  private let tensor: TransformerTensor
  let rows: MatrixRows
  private let layout: GroupLayout
  private let extremes = Extremes()

  var small: [String: Tensor] { [:] }

  init(_ tensor: TransformerTensor, _ rows: MatrixRows, _ layout: GroupLayout) {
    (self.tensor, self.rows, self.layout) = (tensor, rows, layout)
  }

  var matrix: ConvertTransformer.Matrix {
    let (least, largest) = extremes.found
    let most: Int64 = layout.bits == .four ? 8 : 127
    return .init(
      tensor: tensor, rows: out, scales: [], least: least, largest: largest, inputScale: nil,
      accumulatorBound: Int64(layout.group) * most * 127)
  }

  func panelByteCount(_ part: MatrixPart) -> Int {
    switch part {
    case .integers: layout.panelByteCount
    case .scales: layout.groups * Kernels.panel * MemoryLayout<UInt16>.size
    }
  }

  func write(_ part: MatrixPart, panel: Int, to bytes: UnsafeMutableRawPointer) -> Int? {
    bytes.initializeMemory(as: UInt8.self, repeating: 0, count: panelByteCount(part))
    let width = Kernels.panel
    for lane in 0..<min(width, out - panel * width) {
      let row = panel * width + lane
      let isFinite = rows.withRow(row) { values in
        switch part {
        case .scales: return writeScales(values, lane, to: bytes.assumingMemoryBound(to: UInt16.self))
        case .integers:
          writeIntegers(values, lane, to: bytes.assumingMemoryBound(to: UInt8.self))
          return true
        }
      }
      if !isFinite { return row }
    }
    return nil
  }

  /// The scales of a row; false where one is not finite.
  private func writeScales(
    _ values: UnsafePointer<Float>, _ lane: Int, to places: UnsafeMutablePointer<UInt16>
  ) -> Bool {
    for group in 0..<layout.groups {
      let scale = Float16(scale(values + group * layout.group))
      guard scale.isFinite else { return false }
      places[layout.scalePlace(lane, group: group)] = scale.bitPattern
      extremes.take(Float(scale.magnitude))
    }
    return true
  }

  private func writeIntegers(_ values: UnsafePointer<Float>, _ lane: Int, to places: UnsafeMutablePointer<UInt8>) {
    for group in 0..<layout.groups {
      let scale = scale(values + group * layout.group)
      // The inverse of the least scales is infinite; binary16 has them as 0.
      let inverse = (1 / scale).isFinite ? 1 / scale : 0
      for term in group * layout.group..<(group + 1) * layout.group {
        let (place, quotient) = (layout.place(lane, term), values[term] * inverse)
        switch layout.bits {
        case .eight: places[place] = UInt8(bitPattern: Int8(quotient.rounded(.toNearestOrAwayFromZero)))
        case .four:
          let code = min(15, UInt8(quotient + 8.5))
          places[place] |= term / 4 % 2 == 0 ? code : code << 4
        }
      }
    }
  }

  /// A group's scale before it becomes binary16; of a group that is not finite, one that is not.
  private func scale(_ values: UnsafePointer<Float>) -> Float {
    var most: Float = 0
    for index in 0..<layout.group {
      guard values[index].isFinite else { return .nan }
      if values[index].magnitude > most.magnitude { most = values[index] }
    }
    return layout.bits == .four ? most / -8 : most.magnitude / 127
  }
}

/// The least and the largest of what several threads take.
private final class Extremes: Sendable {
  private let range = Mutex<ClosedRange<Float>?>(nil)

  func take(_ value: Float) {
    range.withLock { range in
      guard let found = range else { return range = value...value }
      if !found.contains(value) { range = min(found.lowerBound, value)...max(found.upperBound, value) }
    }
  }

  var found: (least: Float, largest: Float) { range.withLock { ($0?.lowerBound ?? 0, $0?.upperBound ?? 0) } }
}
