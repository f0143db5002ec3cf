/// Multiplies by a Hadamard matrix of Sylvester's construction over its size's root: an orthogonal matrix that is its own
/// inverse, of entries of one magnitude.
package struct HadamardRotation: Sendable {
  /// Values that are turned together.
  package let size: Int
  private let factor: Float

  /// The largest that divides a width: its blocks stand one behind the other.
  init(dividing width: Int) { self.init(size: width & -width) }

  /// - Precondition: the size is a power of two.
  init(size: Int) {
    precondition(size >= 1 && size & (size - 1) == 0, "HadamardRotation: \(size) is no power of two")
    (self.size, factor) = (size, 1 / Float(size).squareRoot())
  }

  /// Turns `count` vectors that lie one behind the other, in place. Sums are taken of neighbours first, then of pairs at
  /// distance 2, 4, ..., and the factor comes last: the same bits on every machine.
  package func turn(_ x: UnsafeMutablePointer<Float>, count: Int) {
    for vector in 0..<count {
      let x = x + vector * size
      var half = 1
      while half < size {
        for begin in stride(from: 0, to: size, by: 2 * half) {
          for index in begin..<begin + half {
            let (a, b) = (x[index], x[index + half])
            (x[index], x[index + half]) = (a + b, a - b)
          }
        }
        half *= 2
      }
      for index in 0..<size { x[index] *= factor }
    }
  }
}
