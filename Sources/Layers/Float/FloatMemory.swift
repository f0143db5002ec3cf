import Networks

/// The memory of a lowered network's real numbers, value by value, as its writers and its readers see it.
///
/// Where several nodes read a value and a gradient goes back, each leaves its own part of it: a reader sees the value's
/// numbers beside a gradient of its own, and a `FloatFork` behind the writer adds the parts up.
package struct FloatMemory {
  private var written: [FloatValue?]
  private let lowered: LoweredNetwork
  private let layouts: [ActivationLayout]
  private let capacity: Int
  private let forTraining: Bool
  private var branches: [Int: [(reader: Int, value: FloatValue)]] = [:]

  /// No memory yet.
  package init(_ lowered: LoweredNetwork, _ plan: Plan, capacity: Int, forTraining: Bool) {
    self.lowered = lowered
    layouts = plan.layouts
    self.capacity = capacity
    self.forTraining = forTraining
    written = Array(repeating: nil, count: lowered.values.count)
  }

  /// Takes memory for a value, zeros, with its gradient if one goes back.
  package mutating func make(_ value: Int, hasGradient: Bool = true) -> FloatValue {
    let made = FloatValue(values: room(value), gradient: forTraining && hasGradient ? room(value) : nil)
    written[value] = made
    return made
  }

  /// Gives a value the memory of another.
  package mutating func make(_ value: Int, viewing other: FloatValue) { written[value] = other }

  /// The step that adds up the gradients of a value that several nodes read; nil where one does, or none goes back.
  package mutating func fork(_ value: Int) -> FloatFork? {
    let readers = lowered.readers(of: value)
    guard readers.count > 1, let whole = written[value], whole.gradient != nil else { return nil }
    branches[value] = readers.map { ($0, FloatValue(values: whole.values, gradient: room(value))) }
    return FloatFork(whole, parts: branches[value]?.compactMap(\.value.gradient) ?? [])
  }

  /// A value as one of its readers sees it.
  /// - Precondition: it was made.
  package func read(_ value: Int, by node: Int) -> FloatValue {
    branches[value]?.first { $0.reader == node }?.value ?? self[value]
  }

  /// A value as its writer sees it.
  /// - Precondition: it was made.
  package subscript(value: Int) -> FloatValue {
    guard let made = written[value] else { preconditionFailure("value \(value) was not made") }
    return made
  }

  /// All values, nil for those that were never made.
  package var values: [FloatValue?] { written }

  private func room(_ value: Int) -> Activation<Float> { Activation(layouts[value], capacity: capacity, fill: 0) }
}

/// Behind a value that several nodes read: its gradient is the sum of theirs, in the order of the readers.
package final class FloatFork: FloatStep, @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let value: FloatValue
  private let parts: [Activation<Float>]

  package init(_ value: FloatValue, parts: [Activation<Float>]) {
    self.value = value
    self.parts = parts
  }

  package func forward(_ images: Range<Int>, mode: FloatMode) {}

  package func backward(_ images: Range<Int>) {
    guard let target = value.gradient else { return }
    for image in images {
      target.forEachRow(of: image) { y, row, rowCount in
        let offset = target.layout.offset(y: y, x: 0)
        row.update(from: parts[0].image(image) + offset, count: rowCount)
        for part in parts.dropFirst() {
          let other = part.image(image) + offset
          for index in 0..<rowCount { row[index] += other[index] }
        }
      }
    }
  }
}
