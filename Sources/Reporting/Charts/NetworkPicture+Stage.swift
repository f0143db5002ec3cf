extension NetworkPicture {
  /// The network at one point of the pipeline: as trained, fused, or converted.
  struct Stage: Sendable, Hashable {
    /// One step of it: the input, a layer, or the output.
    struct Node: Sendable, Hashable {
      var name: String
      /// What it computes: `conv2d 3x3, padding 1, relu`.
      var operation: String
      /// The shape of what leaves it: `16x28x28`.
      var shape: String
      /// In which numbers it computes; nil where it computes nothing.
      var numbers: Numbers?
      /// The rows of the first stage that it stands beside: more than one where others were folded into it.
      var rows: Range<Int>
    }

    /// What a step computes in.
    enum Numbers: String, Sendable, Hashable {
      case float32
      case int8
    }

    /// When this is: `after fuse`.
    var title: String
    /// Its steps, first to last.
    var nodes: [Node]
  }
}
