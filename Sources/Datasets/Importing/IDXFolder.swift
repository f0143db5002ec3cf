import Foundation
import Tensors

/// A folder of IDX files under their usual names: `train-images-idx3-ubyte`, `emnist-letters-test-labels-idx1-ubyte.gz`.
struct IDXFolder {
  private let folder: URL
  private let prefix: String

  init(_ folder: URL, prefix: String) {
    self.folder = folder
    self.prefix = prefix
  }

  func read() throws -> FoundDataset {
    FoundDataset(train: try half(.train), test: try half(.test))
  }

  private func half(_ half: DatasetHalf) throws -> FoundDataset.Half {
    let (imagesURL, labelsURL) = (try file("images", of: half), try file("labels", of: half))
    let bytes = try LocalFile.source(imagesURL)
    // (count, height, width), or (count, channels, height, width)
    let images = try IDX(parsing: bytes, file: imagesURL.path, rank: IDX.imageRank(of: bytes))
    let labels = try IDX(parsing: LocalFile.source(labelsURL), file: labelsURL.path, rank: 1)
    let size = Array(images.dimensions.dropFirst())
    return FoundDataset.Half(
      shape: Shape(size.count == 2 ? [1] + size : size), pixels: images.elements, labels: labels.elements.map(Int.init),
      imagesFile: imagesURL.path, labelsFile: labelsURL.path)
  }

  /// The one file of a part; a plain one where a packed one of the same name lies beside it.
  private func file(_ part: String, of half: DatasetHalf) throws(ImportError) -> URL {
    let words = half == .train ? ["train"] : ["t10k", "test"]
    let names = try FolderContent(folder).files.filter { name in
      name.hasPrefix(prefix) && name.contains("idx") && name.contains(part) && words.contains { name.contains($0) }
    }
    let chosen = names.filter { !$0.hasSuffix(".gz") || !names.contains(String($0.dropLast(3))) }
    guard chosen.count == 1, let name = chosen.first else {
      throw .wrongFiles(
        folder: folder.path, pattern: "\(prefix)*\(words.joined(separator: "|"))*\(part)*idx*", found: chosen)
    }
    return folder.appendingPathComponent(name)
  }
}
