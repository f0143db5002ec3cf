extension Report {
  /// The network at one point of the pipeline: as trained, fused, or converted.
  public struct NetworkStage: Sendable, Hashable {
    /// One step of it: the input, a layer, or the output.
    public struct Node: Sendable, Hashable {
      /// The layer's name.
      public var name: String
      /// What it computes: `conv2d 3x3, padding 1, relu`.
      public var operation: String
      /// The shape of what leaves it: `16x28x28`.
      public var shape: String
      /// In which numbers it computes; nil where it computes nothing.
      public var numbers: Numbers?
      /// The rows of the trained network's picture that it stands beside: more than one where others were folded into it.
      public var rows: Range<Int>

      /// A step with the given facts.
      public init(name: String, operation: String, shape: String, numbers: Numbers?, rows: Range<Int>) {
        self.name = name
        self.operation = operation
        self.shape = shape
        self.numbers = numbers
        self.rows = rows
      }
    }

    /// What a step computes in.
    public enum Numbers: String, Sendable, Hashable {
      /// 32-bit floats.
      case float32
      /// 8-bit integers, in 32-bit sums.
      case int8
    }

    /// When this is: `after fuse`.
    public var title: String
    /// Its steps, first to last.
    public var nodes: [Node]

    /// The network at a point.
    public init(title: String, nodes: [Node]) {
      self.title = title
      self.nodes = nodes
    }
  }
}
