import Kernels
import Tensors
import Testing

/// A float matrix product with its tables, in memory that ends where its last named element ends.
struct FloatProduct {
  enum Layout: CaseIterable {
    /// A row-major, B in panels, C row-major.
    case plain
    /// A row-major, B and C in panels.
    case panels
    /// A transposed, B row-major.
    case transposed
    /// Rows of A and of B named twice or never, in any order; rows of C in reverse with gaps.
    case scattered
  }

  enum Start: CaseIterable { case zero, bias, accumulate }

  let m: Int
  let n: Int
  let k: Int
  var a: [Float]
  let aRow: [Int32]
  let aColumn: [Int32]
  var b: [Float]
  let bRow: [Int32]
  let bPanel: Int
  var c: [Float]
  let cRow: [Int32]
  let cPanel: Int
  var bias: [Float]
  let start: Start
  let relu: Bool

  init(_ m: Int, _ n: Int, _ k: Int, _ layout: Layout, _ start: Start, relu: Bool, seed: UInt64 = 1) {
    var random = SeededGenerator(seed: seed, stream: UInt64(m * 10007 + n * 101 + k))
    (self.m, self.n, self.k, self.start, self.relu) = (m, n, k, start, relu)
    cPanel = layout == .panels ? m * 16 : 16
    switch layout {
    case .plain, .panels:
      aRow = (0..<m).map { Int32($0 * k) }
      aColumn = (0..<k).map { Int32($0) }
      bRow = (0..<k).map { Int32($0 * 16) }
      bPanel = k * 16
      cRow = (0..<m).map { Int32($0 * (layout == .panels ? 16 : n)) }
    case .transposed:
      aRow = (0..<m).map { Int32($0) }
      aColumn = (0..<k).map { Int32($0 * m) }
      bRow = (0..<k).map { Int32($0 * n) }
      bPanel = 16
      cRow = (0..<m).map { Int32($0 * n) }
    case .scattered:
      aRow = (0..<m).map { _ in Int32(random.below(50)) }
      aColumn = (0..<k).map { _ in Int32(random.below(300)) }
      bRow = (0..<k).map { _ in Int32(random.below(9) * (n + 1)) }
      bPanel = 16
      cRow = (0..<m).map { Int32((m - 1 - $0) * (n + 3)) }
    }
    a = random.floats(m == 0 || k == 0 ? 0 : Int((aRow.max() ?? 0) + (aColumn.max() ?? 0)) + 1)
    let lastB = Int(bRow.max() ?? 0) + max(n - 1, 0) / 16 * bPanel + max(n - 1, 0) % 16
    b = random.floats(n == 0 || k == 0 ? 0 : lastB + 1)
    let lastC = Int(cRow.max() ?? 0) + max(n - 1, 0) / 16 * cPanel + max(n - 1, 0) % 16
    c = random.floats(m == 0 || n == 0 ? 0 : lastC + 1)
    bias = random.floats(n)
  }

  /// All of C's memory after the product, gaps included.
  func run(_ kernels: Kernels) -> [Float] {
    let (a, b, c, bias) = (Guarded(a), Guarded(b), Guarded(c), Guarded(bias))
    let (aRow, aColumn, bRow, cRow) = (Guarded(aRow), Guarded(aColumn), Guarded(bRow), Guarded(cRow))
    let first: GemmStart =
      switch start {
      case .zero: .zero
      case .bias: .bias(bias.pointer)
      case .accumulate: .accumulate
      }
    kernels.gemmF32(
      m: m, n: n, k: k, a: a.pointer, aRow: aRow.pointer, aColumn: aColumn.pointer,
      b: b.pointer, bRow: bRow.pointer, bPanel: bPanel, c: c.pointer, cRow: cRow.pointer, cPanel: cPanel,
      start: first, relu: relu)
    #expect(c.isIntact)
    return c.elements
  }

  /// What C's memory should hold, and by how much a chain of k roundings may miss it: k 2^-24 sum |a b|, where the
  /// start counts as a product, and as much again of second order for k < 2^20.
  func oracle() -> [(value: Double, bound: Double)] {
    var result = c.map { (value: Double($0), bound: 0.0) }
    for i in 0..<m {
      for j in 0..<n {
        let at = Int(cRow[i]) + j / 16 * cPanel + j % 16
        var sum =
          switch start {
          case .zero: 0.0
          case .bias: Double(bias[j])
          case .accumulate: Double(c[at])
          }
        var size = abs(sum)
        for p in 0..<k {
          let x = Double(a[Int(aRow[i] + aColumn[p])])
          let y = Double(b[j / 16 * bPanel + Int(bRow[p]) + j % 16])
          sum += x * y
          size += abs(x * y)
        }
        result[at] = (relu ? max(sum, 0) : sum, Double(k) * 0x1p-24 * size * (1 + 0x1p-4))
      }
    }
    return result
  }
}
