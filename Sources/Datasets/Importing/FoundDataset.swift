import Tensors

/// What a person's folder holds, as it lies there: labels may begin with 1, and need not fit a byte.
struct FoundDataset {
  /// One half of it.
  struct Half {
    /// Channels, height and width of one image.
    let shape: Shape
    /// Image by image, channel by channel, row by row.
    let pixels: [UInt8]
    let labels: [Int]
    /// The name that an error gives to the images.
    let imagesFile: String
    /// The name that an error gives to the labels.
    let labelsFile: String
  }

  let train: Half
  let test: Half
  /// What the classes are called, in the order of labels from 0; nil where they have numbers alone.
  var classes: [String]?

  /// The images with labels from 0, and the classes' names.
  ///
  /// Labels begin with 0 or with 1, as the smallest label to train on does; classes without names are called by the label
  /// that they had. A number between the smallest and the largest that no image has is a class too.
  /// - Throws: `ImportError`, `LabelError.countsDiffer`.
  func labelled() throws -> (sets: (train: ImageSet, test: ImageSet), classes: [String]) {
    for half in [train, test] {
      guard half.shape.count > 0, !half.pixels.isEmpty else { throw ImportError.noImages(half.imagesFile) }
      let count = half.pixels.count / half.shape.count
      guard count == half.labels.count else {
        throw LabelError.countsDiffer(file: half.labelsFile, labels: half.labels.count, images: count)
      }
    }
    guard train.shape == test.shape else {
      throw ImportError.shapesDiffer(file: test.imagesFile, expected: train.shape, found: test.shape)
    }
    let first = classes == nil ? train.labels.min() ?? 0 : 0
    guard first == 0 || first == 1 else { throw ImportError.firstLabel(file: train.labelsFile, found: first) }
    let last = classes.map { $0.count - 1 } ?? train.labels.max() ?? 0
    let count = last - first + 1
    guard count <= ClassNames.most else { throw ImportError.tooManyClasses(file: train.labelsFile, found: count) }
    return (
      (try train.set(labels: first...last), try test.set(labels: first...last)),
      classes ?? ClassNames.numbers(count, from: first)
    )
  }
}

extension FoundDataset.Half {
  /// The images with labels moved so that `range` begins with 0.
  fileprivate func set(labels range: ClosedRange<Int>) throws(ImportError) -> ImageSet {
    if let index = labels.firstIndex(where: { !range.contains($0) }) {
      throw .unknownLabel(file: labelsFile, index: index, found: labels[index], expected: range)
    }
    return ImageSet(shape: shape, pixels: pixels, labels: labels.map { UInt8($0 - range.lowerBound) })
  }
}
