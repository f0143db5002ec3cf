import Files
import Foundation

extension DatasetManifest {
  // No manifest comes near this; a larger file is another one.
  private static let largestText = 1 << 16

  /// Reads a manifest's text, refusing every other format, unknown keys, and paths that leave its folder.
  ///
  /// - Parameter file: the name that an error gives to the text.
  public init(decoding text: [UInt8], file: String) throws(ManifestError) {
    guard text.count <= Self.largestText else {
      throw .malformed(file: file, reason: "it has \(text.count) bytes, more than \(Self.largestText)")
    }
    let document: Document
    do {
      // The version first: a newer form may well have other keys.
      let found = try JSONDecoder().decode(Version.self, from: Data(text)).format
      guard found == Self.format else { throw Refusal.format(found) }
      document = try JSONDecoder().decode(Document.self, from: Data(text))
    } catch Refusal.format(let found) {
      throw .unknownFormat(file: file, found: found)
    } catch Refusal.key(let key) {
      throw .unknownKey(file: file, key: key)
    } catch {
      throw .malformed(file: file, reason: Self.reason(error))
    }
    guard let dataset = DatasetName(rawValue: document.dataset) else {
      throw .malformed(file: file, reason: "at dataset: expected \(DatasetName.rule); found '\(document.dataset)'")
    }
    try Self.check(document, of: dataset, in: file)
    var files: [File] = []
    for role in DatasetRole.allCases {
      let entries = document.files.filter { $0.role == role }
      guard entries.count == 1 else {
        throw .wrongFiles(file: file, role: role.rawValue, found: entries.count)
      }
      try files.append(entries[0].checked(in: file))
    }
    self.init(
      dataset: dataset, files: files, classes: document.classes, validation: document.splits?.validation.split)
  }

  private static func check(_ document: Document, of dataset: DatasetName, in file: String) throws(ManifestError) {
    if let fault = ClassNames.fault(of: document.classes, builtIn: dataset.isBuiltIn) {
      throw .malformed(file: file, reason: fault)
    }
    if let images = document.splits?.validation.images, images < 1 {
      throw .malformed(file: file, reason: "at splits.validation.images: expected at least 1, found \(images)")
    }
  }

  private struct Version: Decodable {
    let format: Int
  }

  private struct Document: Decodable {
    let dataset: String
    let files: [Entry]
    let classes: [String]?
    let splits: Splits?

    enum CodingKeys: String, CodingKey, CaseIterable { case dataset, files, format, classes, splits }

    init(from decoder: any Decoder) throws {
      try Refusal.unknownKeys(decoder, known: CodingKeys.allCases.map(\.rawValue))
      let values = try decoder.container(keyedBy: CodingKeys.self)
      dataset = try values.decode(String.self, forKey: .dataset)
      files = try values.decode([Entry].self, forKey: .files)
      classes = values.contains(.classes) ? try values.decode([String].self, forKey: .classes) : nil
      splits = values.contains(.splits) ? try values.decode(Splits.self, forKey: .splits) : nil
    }
  }

  private struct Splits: Decodable {
    let validation: Validation

    enum CodingKeys: String, CodingKey, CaseIterable { case validation }

    init(from decoder: any Decoder) throws {
      try Refusal.unknownKeys(decoder, known: CodingKeys.allCases.map(\.rawValue))
      validation = try decoder.container(keyedBy: CodingKeys.self).decode(Validation.self, forKey: .validation)
    }
  }

  private struct Validation: Decodable {
    let images: Int
    let seed: UInt64?
    var split: ValidationSplit { ValidationSplit(images: images, seed: seed) }

    enum CodingKeys: String, CodingKey, CaseIterable { case images, seed }

    init(from decoder: any Decoder) throws {
      try Refusal.unknownKeys(decoder, known: CodingKeys.allCases.map(\.rawValue))
      let values = try decoder.container(keyedBy: CodingKeys.self)
      images = try values.decode(Int.self, forKey: .images)
      seed = values.contains(.seed) ? try values.decode(UInt64.self, forKey: .seed) : nil
    }
  }

  private struct Entry: Decodable {
    let role: DatasetRole
    let path: String
    let bytes: Int
    let sha256: String

    enum CodingKeys: String, CodingKey, CaseIterable { case role, path, bytes, sha256 }

    init(from decoder: any Decoder) throws {
      try Refusal.unknownKeys(decoder, known: CodingKeys.allCases.map(\.rawValue))
      let values = try decoder.container(keyedBy: CodingKeys.self)
      role = try values.decode(DatasetRole.self, forKey: .role)
      path = try values.decode(String.self, forKey: .path)
      bytes = try values.decode(Int.self, forKey: .bytes)
      sha256 = try values.decode(String.self, forKey: .sha256)
    }

    // A number that cannot be added to is no size.
    private static let largestFile = 1 << 40

    func checked(in file: String) throws(ManifestError) -> File {
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      let isPlain = path.utf8.allSatisfy { byte in
        byte.isLetterOrDigit || "-_./".utf8.contains(byte)
      }
      guard isPlain, parts.allSatisfy({ !$0.isEmpty && $0 != "." && $0 != ".." }) else {
        throw .wrongPath(file: file, role: role.rawValue, found: path)
      }
      guard SHA256Digest.isWellFormed(sha256) else {
        throw .malformed(file: file, reason: "\(role.rawValue) has the sha256 \(sha256)")
      }
      guard (0...Self.largestFile).contains(bytes) else {
        throw .malformed(file: file, reason: "\(role.rawValue) has \(bytes) bytes")
      }
      return File(role: role, path: path, bytes: bytes, sha256: sha256)
    }
  }

  private enum Refusal: Error {
    case format(Int)
    case key(String)

    private struct AnyKey: CodingKey {
      let stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    static func unknownKeys(_ decoder: any Decoder, known: [String]) throws {
      let keys = try decoder.container(keyedBy: AnyKey.self).allKeys.map(\.stringValue)
      if let unknown = keys.sorted().first(where: { !known.contains($0) }) { throw Refusal.key(unknown) }
    }
  }

  /// A type in a person's words.
  private static func word(_ type: any Any.Type) -> String {
    switch type {
    case is Int.Type, is UInt64.Type: "an integer"
    case is String.Type: "a text"
    case is [Any].Type: "a list"
    default: "a mapping"
    }
  }

  private static func reason(_ error: any Error) -> String {
    guard let error = error as? DecodingError else { return "it cannot be decoded" }
    let (context, detail): (DecodingError.Context?, String) =
      switch error {
      case .keyNotFound(let key, let context): (context, "\(key.stringValue) is missing")
      case .typeMismatch(let type, let context): (context, "a value is not \(word(type))")
      case .valueNotFound(let type, let context): (context, "\(word(type)) is null")
      case .dataCorrupted(let context): (context, context.debugDescription)
      @unknown default: (nil, "it cannot be decoded")
      }
    let path = (context?.codingPath ?? []).map { $0.intValue.map(String.init) ?? $0.stringValue }
    let text = detail.split(whereSeparator: \.isNewline).joined(separator: " ")
    return path.isEmpty ? text : "at \(path.joined(separator: ".")): \(text)"
  }
}

/// What can be wrong with a manifest.
public enum ManifestError: Error, Equatable, CustomStringConvertible {
  /// The text is not the JSON that a manifest is.
  case malformed(file: String, reason: String)
  /// The manifest is of another version.
  case unknownFormat(file: String, found: Int)
  /// A key is none that this version has.
  case unknownKey(file: String, key: String)
  /// There is not one file for a role.
  case wrongFiles(file: String, role: String, found: Int)
  /// A path is absolute, leaves the manifest's folder, or holds unusual characters.
  case wrongPath(file: String, role: String, found: String)

  /// One line: the file, what was expected, what was found.
  public var description: String {
    switch self {
    case .malformed(let file, let reason): "\(file): expected a data set's manifest, but \(reason)"
    case .unknownFormat(let file, let found):
      "\(file): expected a manifest of format \(DatasetManifest.format), found format \(found)"
    case .unknownKey(let file, let key): "\(file): expected a manifest's keys, found the unknown key \(key)"
    case .wrongFiles(let file, let role, let found): "\(file): expected one file \(role), found \(found)"
    case .wrongPath(let file, let role, let found):
      "\(file): expected a plain relative path of \(role), found \(found)"
    }
  }
}
