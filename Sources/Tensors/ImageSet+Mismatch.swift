/// Why images and labels do not belong to a network.
package enum ImageMismatch: Sendable, Equatable {
  /// The images have another shape than the network's input.
  case shape
  /// A label that none of the network's outputs stands for.
  case label(UInt8, classes: Int)
}

extension ImageSet {
  /// What keeps a network from reading these images, the shape first; nil where nothing does.
  /// - Parameter classes: the network's outputs; asked only where the shape fits.
  package func mismatch(
    channels: Int, height: Int, width: Int, classes: () throws -> Int
  ) rethrows -> ImageMismatch? {
    guard shape == [channels, height, width] else { return .shape }
    let classes = try classes()
    guard let label = labels.max(), Int(label) >= classes else { return nil }
    return .label(label, classes: classes)
  }
}
