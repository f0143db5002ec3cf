extension Report {
  /// What an exported model did on another machine.
  public struct Device: Sendable, Hashable {
    /// The scheme of which it was exported.
    public var scheme: String
    /// The machine, `cortex-m4`.
    public var machine: String
    /// Images that were classified there.
    public var images: Int
    /// Scores that were compared with the engine's.
    public var scores: Int
    /// Of them, those that differ.
    public var differingScores: Int
    /// Bytes of the model's code and constants.
    public var flashBytes: Int
    /// Bytes that it works in.
    public var ramBytes: Int
    /// Instructions for one image, nil where none were counted.
    public var instructions: Double?
    /// The same of plain loops over the same layers.
    public var referenceInstructions: Double?

    /// A run with the given figures.
    public init(
      scheme: String, machine: String, images: Int, scores: Int, differingScores: Int, flashBytes: Int, ramBytes: Int,
      instructions: Double?, referenceInstructions: Double?
    ) {
      self.scheme = scheme
      self.machine = machine
      self.images = images
      self.scores = scores
      self.differingScores = differingScores
      self.flashBytes = flashBytes
      self.ramBytes = ramBytes
      self.instructions = instructions
      self.referenceInstructions = referenceInstructions
    }
  }
}
