import Tensors

/// Numbers that are about normal, in a table: random bits choose among them, which is as fast as they can be written.
///
/// Each is the sum of twelve uniform draws, and stands there with its negative: the mean is 0 exactly, and their root
/// mean square is made 1. Additions, a division and a square root are all that it takes, and those are equal on every
/// machine. Nothing is farther out than six deviations, and there are no more than so many different numbers: enough to
/// measure speed and memory with, and for nothing else.
struct NormalTable {
  /// How many there are; twelve bits choose one.
  static let count = 4096

  /// The numbers, of mean 0 and deviation 1.
  let values: [Double]

  init() {
    var generator = SeededGenerator(seed: 0)
    var draws: [Double] = []
    for _ in 0..<Self.count / 2 {
      var sum = -6.0
      for _ in 0..<12 { sum += generator.unit() }
      draws.append(sum)
    }
    var squares = 0.0
    for draw in draws { squares += draw * draw }
    let deviation = (squares / Double(draws.count)).squareRoot()
    values = draws.flatMap { [$0 / deviation, -$0 / deviation] }
  }

  /// Their bits as binary16, of the given deviation.
  func halves(deviation: Double) -> [UInt16] { values.map { Float16($0 * deviation).bitPattern } }

  /// Fills places with numbers of a table.
  /// - Parameter table: `count` of them, as `halves` gives them.
  static func fill(
    _ places: UnsafeMutableBufferPointer<UInt16>, from table: UnsafeBufferPointer<UInt16>,
    with generator: SeededGenerator
  ) {
    precondition(table.count == count, "twelve bits choose one")
    var generator = generator
    let whole = places.count / 4 * 4
    for first in stride(from: 0, to: whole, by: 4) {
      let bits = generator.next()
      places[first] = table[Int(bits & 0xFFF)]
      places[first + 1] = table[Int(bits >> 16 & 0xFFF)]
      places[first + 2] = table[Int(bits >> 32 & 0xFFF)]
      places[first + 3] = table[Int(bits >> 48 & 0xFFF)]
    }
    for last in whole..<places.count { places[last] = table[Int(generator.next() & 0xFFF)] }
  }
}
