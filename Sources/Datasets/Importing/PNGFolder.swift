import Foundation
import Images
import Tensors

/// PNG files in a folder for each class: `train/cat/1.png`, `test/cat/7.png`.
struct PNGFolder {
  private let folder: URL

  /// The largest file that is read, 64 MiB.
  private static let largestFile = 1 << 26

  init(_ folder: URL) { self.folder = folder }

  /// The classes are the folders of `train`, sorted by their names' bytes.
  func read() throws -> FoundDataset {
    let (train, test) = (folder.appendingPathComponent("train"), folder.appendingPathComponent("test"))
    let classes = try classes(in: train)
    for name in try self.classes(in: test) where !classes.contains(name) {
      throw ImportError.unknownClass(path: test.appendingPathComponent(name).path)
    }
    return FoundDataset(
      train: try half(train, classes: classes, needsAll: true), test: try half(test, classes: classes, needsAll: false),
      classes: classes)
  }

  private func classes(in half: URL) throws(ImportError) -> [String] {
    let content = try FolderContent(half)
    if let file = content.files.first {
      throw .stranger(path: half.appendingPathComponent(file).path, expected: "a folder for each class, found a file")
    }
    if let name = content.folders.first(where: { !ClassNames.isName($0) }) {
      throw .badClassName(path: half.appendingPathComponent(name).path)
    }
    return content.folders
  }

  private func half(_ half: URL, classes: [String], needsAll: Bool) throws -> FoundDataset.Half {
    var images: [(url: URL, label: Int)] = []
    for (label, name) in classes.enumerated() {
      let place = half.appendingPathComponent(name)
      guard needsAll || FileManager.default.fileExists(atPath: place.path) else { continue }
      let files = try pictures(in: place)
      if needsAll && files.isEmpty { throw ImportError.noImages(place.path) }
      images += files.map { ($0, label) }
    }
    // Class after class would leave one class for the last images, which may be held out, or one for the first, on which
    // a scheme may calibrate.
    var draws = SeededGenerator(seed: 0)
    images = draws.permutation(images.count).map { images[$0] }
    var (shape, pixels): (Shape?, [UInt8]) = (nil, [])
    for (url, _) in images {
      let image = try picture(url)
      let (own, expected) = (Shape([image.channels, image.height, image.width]), shape)
      guard own == expected ?? own else {
        throw ImportError.shapesDiffer(file: url.path, expected: expected ?? own, found: own)
      }
      shape = own
      pixels += image.planes
    }
    return FoundDataset.Half(
      shape: shape ?? [0, 0, 0], pixels: pixels, labels: images.map(\.label), imagesFile: half.path,
      labelsFile: half.path)
  }

  /// A file's picture without alpha: what shines through is a person's choice.
  private func picture(_ url: URL) throws -> Image {
    let bytes = try LocalFile.read(url, limit: Self.largestFile)
    let image: Image
    do throws(PNGError) {
      image = try Image(png: bytes)
    } catch {
      throw ImportError.badPicture(file: url.path, error)
    }
    guard image.isOpaque else { throw ImportError.transparent(file: url.path) }
    return image.opaque
  }

  private func pictures(in place: URL) throws(ImportError) -> [URL] {
    let content = try FolderContent(place)
    if let folder = content.folders.first {
      throw .stranger(path: place.appendingPathComponent(folder).path, expected: "PNG files alone, found a folder")
    }
    return try content.files.map { (name) throws(ImportError) in
      let url = place.appendingPathComponent(name)
      guard name.lowercased().hasSuffix(".png") else {
        throw .stranger(path: url.path, expected: "PNG files alone, found another")
      }
      return url
    }
  }
}
