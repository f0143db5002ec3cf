extension Report {
  /// A test image to which both networks give different classes.
  public struct Disagreement: Sendable, Hashable {
    /// A class that a network thinks possible.
    public struct Guess: Sendable, Hashable {
      /// The class.
      public var label: Int
      /// Its share of the softmax, 0 to 1.
      public var probability: Double

      /// A class and its probability.
      public init(label: Int, probability: Double) {
        self.label = label
        self.probability = probability
      }
    }

    /// The image's place in the test set, from 0.
    public var index: Int
    /// Its class.
    public var label: Int
    /// The image; nil when it was not kept.
    public var image: GreyImage?
    /// What float32 thinks, likeliest first.
    public var float32: [Guess]
    /// What int8 thinks, likeliest first.
    public var int8: [Guess]

    /// An image and what both think of it.
    public init(index: Int, label: Int, image: GreyImage?, float32: [Guess], int8: [Guess]) {
      self.index = index
      self.label = label
      self.image = image
      self.float32 = float32
      self.int8 = int8
    }

    /// Whether float32 is right; likewise `isInt8Right`.
    var isFloat32Right: Bool { float32.first?.label == label }
    /// Whether int8 is right.
    var isInt8Right: Bool { int8.first?.label == label }
  }

  /// The training images that calibration used.
  public struct Calibration: Sendable, Hashable {
    /// How they were drawn: `16 batches of 64 training images, shuffled by seed 0`.
    public var title: String
    /// The schemes that calibrated on them.
    public var schemes: [String]
    /// All of them, in order, row by row.
    public var sheet: GreyImage

    /// The given images.
    public init(title: String, schemes: [String], sheet: GreyImage) {
      self.title = title
      self.schemes = schemes
      self.sheet = sheet
    }
  }
}
