/// Lines of C, each as deep as the blocks around it.
struct CWriter {
  /// What was written so far.
  private(set) var text = ""
  private var depth = 0

  /// A line; an empty one has no spaces.
  mutating func line(_ words: String = "") {
    text += (words.isEmpty ? "" : String(repeating: "  ", count: depth) + words) + "\n"
  }

  /// A line that opens a block, and the block.
  mutating func block(_ head: String, _ body: (inout CWriter) -> Void) {
    line(head + " {")
    depth += 1
    body(&self)
    depth -= 1
    line("}")
  }

  /// A loop from 0 on.
  mutating func loop(_ variable: String, below end: Int, _ body: (inout CWriter) -> Void) {
    loop(variable, from: "0", below: "\(end)", body)
  }

  /// A loop over integers.
  mutating func loop(_ variable: String, from begin: String, below end: String, _ body: (inout CWriter) -> Void) {
    block("for (int32_t \(variable) = \(begin); \(variable) < \(end); \(variable)++)", body)
  }
}

extension String {
  /// `row * 2`, and `row` alone where the factor is 1.
  func times(_ factor: Int) -> String { factor == 1 ? self : "\(self) * \(factor)" }

  /// `(mean(sum, 4) + 2)`, and `mean(sum, 4)` alone where there is nothing to add.
  func plus(_ number: Int) -> String { number == 0 ? self : "(\(self) + \(number))" }

  /// `row - 2`, and `row` alone where there is nothing to subtract.
  func minus(_ number: Int) -> String { number == 0 ? self : "\(self) - \(number)" }
}
