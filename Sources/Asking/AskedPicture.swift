import Files
import Foundation
import Images
import Networks
import StageKit
import Tensors

/// A picture that a person shows to a model.
public struct AskedPicture: Sendable {
  /// The file, as given on the command line; `-` is what stdin brought.
  public let path: String
  /// Its SHA-256.
  public let sha256: String
  /// Whether light and dark are exchanged before a network sees it.
  public let isInverted: Bool
  private let image: Image

  /// How a picture becomes a network's input, for a program's help.
  public static let help = """
    A picture is laid on white paper where it is transparent, made grey for a network of one channel, (299 R + 587 G + \
    114 B) / 1000, or given three equal channels for one of three, and stretched to the network's size, each pixel the \
    mean of the area that it covers. MNIST's digits are light on dark: --invert turns dark ink on light paper around.
    """

  /// The picture of a PNG file, or of stdin for `-`.
  /// - Throws: `FileError`, or `ConfigError` naming the file.
  public init(_ path: String, isInverted: Bool) throws {
    let bytes = path == "-" ? try Self.standardInput() : try WholeFile.read(path)
    try self.init(StageFile(path: path, content: .inMemory(bytes)), isInverted: isInverted)
  }

  package init(_ file: StageFile, isInverted: Bool) throws {
    image = try file.naming { try Image(png: file.content.copy) }.opaque
    (path, sha256, self.isInverted) = (file.path, file.digest.sha256, isInverted)
  }

  private static func standardInput() throws -> [UInt8] {
    do {
      return [UInt8](try FileHandle.standardInput.readToEnd() ?? Data())
    } catch {
      throw ConfigError(path: "-", reason: "stdin cannot be read: \(OneLine.describe(error)); lead a PNG file into it")
    }
  }

  /// The picture as a network takes it: (channels, height, width), each 0 to 255.
  /// - Throws: `ConfigError` naming the file where the network takes neither one channel nor three.
  func pixels(for input: ImageShape) throws -> [UInt8] {
    guard input.channels == 1 || input.channels == 3 else {
      throw ConfigError(
        path: path,
        reason: "a picture has 1 channel or 3, the network takes \(input); ask a network of 1 or 3 channels")
    }
    let colored = input.channels == 1 ? image.grey : image.rgb
    let resized = colored.resized(width: input.width, height: input.height)
    return (isInverted ? resized.inverted : resized).planes
  }
}

extension ImageSet {
  /// Pictures as a network takes them; nobody knows their classes.
  init(_ pictures: [AskedPicture], for input: ImageShape) throws {
    self.init(
      shape: [input.channels, input.height, input.width], pixels: try pictures.flatMap { try $0.pixels(for: input) },
      labels: [UInt8](repeating: 0, count: pictures.count))
  }
}
