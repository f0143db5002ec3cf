extension NetworkPicture {
  /// The network at one point of the pipeline: as trained, fused, or converted.
  package struct Stage: Sendable, Hashable {
    /// One step of it: the input, a layer, or the output.
    package struct Node: Sendable, Hashable {
      package var name: String
      /// What it computes: `conv2d 3x3, padding 1, relu`.
      package var operation: String
      /// The shape of what leaves it: `16x28x28`.
      package var shape: String
      /// In which numbers it computes; nil where it computes nothing.
      package var numbers: Numbers?
      /// The rows of the first stage that it stands beside: more than one where others were folded into it.
      package var rows: Range<Int>

      /// A step with the given facts.
      package init(name: String, operation: String, shape: String, numbers: Numbers?, rows: Range<Int>) {
        self.name = name
        self.operation = operation
        self.shape = shape
        self.numbers = numbers
        self.rows = rows
      }
    }

    /// What a step computes in.
    package enum Numbers: String, Sendable, Hashable {
      case float32
      case int8
    }

    /// When this is: `after fuse`.
    package var title: String
    /// Its steps, first to last.
    package var nodes: [Node]

    /// The network at a point.
    package init(title: String, nodes: [Node]) {
      self.title = title
      self.nodes = nodes
    }
  }
}
