import Files
import Foundation

/// A network's weights from elsewhere, whatever program wrote them.
public enum TransformerFile {
  /// Opens a folder of Hugging Face, a GGUF file, or a file of llama2.c: what it is is told by what it holds.
  /// - Parameter readsVocabulary: whether the tokens of a GGUF file are read.
  /// - Throws: `TransformerFileError` naming the path, or the `FileError` of a file that cannot be read.
  public static func open(_ path: String, readsVocabulary: Bool = true) throws -> any TransformerSource {
    var isFolder: ObjCBool = false
    if FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue {
      return try naming(path) { try HuggingFaceModel(path) }
    }
    let content = try FileBytes(of: path)
    return try naming(path) {
      let start = content.withUnsafeBytes { Array($0.prefix(16)) }
      if start.starts(with: Array("GGUF".utf8)) {
        return try GGUFModel(content, path: path, readsVocabulary: readsVocabulary)
      }
      if let advice = advice(start) { throw TransformerFileError(path: path, problem: advice) }
      return try Llama2CModel(content, path: path)
    }
  }

  /// What to do with a file that is another one's, by its first bytes.
  private static func advice(_ start: [UInt8]) -> String? {
    if start.starts(with: [0x50, 0x4B, 0x03, 0x04]) || start.starts(with: [0x80, 0x02]) {
      return "a file that PyTorch pickled; save the model with save_pretrained(…, safe_serialization=True)"
    }
    // A header of safetensors begins after the eight bytes of its length.
    if start.count > 8, start[8] == UInt8(ascii: "{"), start[5...7].allSatisfy({ $0 == 0 }) {
      return "a file of safetensors, which says no sizes; name its folder, with config.json in it"
    }
    return nil
  }

  private static func naming(
    _ path: String, _ body: () throws -> any TransformerSource
  ) throws -> any TransformerSource {
    do {
      return try body()
    } catch let error where !(error is FileError || error is TransformerFileError) {
      throw TransformerFileError(path: path, problem: "\(error)")
    }
  }
}

/// A file or a folder that is no network Octavo reads.
public struct TransformerFileError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Where it is.
  public let path: String
  /// Why, in the words of the format's reader.
  public let problem: String

  /// One line.
  public var description: String { "\(path): \(problem)" }
}
