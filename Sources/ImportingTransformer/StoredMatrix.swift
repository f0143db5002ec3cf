import Files

/// A tensor where it lies in a file.
struct StoredMatrix: Sendable {
  /// How its weights are held.
  let storage: WeightStorage
  /// Rows, and weights of each; a row is whole blocks.
  let (rows, width): (Int, Int)
  /// Where it begins in its file, which holds all of it.
  let start: Int
  let file: FileBytes

  /// Bytes of a tensor; nil where they do not fit 63 bits, or where a row is not whole blocks or groups.
  static func byteCount(_ storage: WeightStorage, rows: Int, width: Int) -> Int? {
    let (weights, isTooLarge) = rows.multipliedReportingOverflow(by: width)
    guard !isTooLarge else { return nil }
    if case .groups(let size) = storage {
      guard size > 0, width % size == 0 else { return nil }
      let (scales, isTooLarge) = (weights / size).multipliedReportingOverflow(by: 4)
      return isTooLarge ? nil : sum([weights, scales])
    }
    guard let block = storage.block, width % block.weights == 0 else { return nil }
    let (bytes, overflows) = (weights / block.weights).multipliedReportingOverflow(by: block.bytes)
    return overflows ? nil : bytes
  }

  /// A sum; nil where it does not fit 63 bits.
  static func sum(_ numbers: [Int]) -> Int? {
    var sum = 0
    for number in numbers {
      let overflows: Bool
      (sum, overflows) = sum.addingReportingOverflow(number)
      if overflows { return nil }
    }
    return sum
  }

  /// Reads rows.
  /// - Precondition: it has them, and they fill the places.
  func read(_ range: Range<Int>, into floats: UnsafeMutableBufferPointer<Float>) {
    precondition(range.lowerBound >= 0 && range.upperBound <= rows, "rows are of the tensor")
    precondition(floats.count == range.count * width, "rows fill their places")
    let (first, count) = (range.lowerBound * width, range.count * width)
    if case .groups(let size) = storage {
      let codes = start + first..<start + first + count
      let allScales = start + rows * width
      let scales = allScales + 4 * (first / size)..<allScales + 4 * ((first + count) / size)
      file.withUnsafeBytes {
        WeightBlocks.readGroups(
          UnsafeRawBufferPointer(rebasing: $0[codes]), of: size,
          scales: UnsafeRawBufferPointer(rebasing: $0[scales]), into: floats)
      }
      file.letGo(codes)
      return file.letGo(scales)
    }
    guard let block = storage.block else { return }
    let begin = start + first / block.weights * block.bytes
    let piece = begin..<begin + count / block.weights * block.bytes
    file.withUnsafeBytes { WeightBlocks.read(UnsafeRawBufferPointer(rebasing: $0[piece]), as: storage, into: floats) }
    file.letGo(piece)
  }
}
