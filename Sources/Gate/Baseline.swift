import Catalog
import Files
import Findings
import Foundation

/// The figures that a pipeline once reached and shall not fall behind: the content of its `baseline.yaml`.
///
/// It holds counts, sizes and ratios: nothing of the machine or the hour.
public struct Baseline: Sendable, Equatable, Codable {
  /// The pipeline whose figures these are: a folder that was copied to make another brings the file along.
  public var pipeline: String
  /// Each scheme's figures.
  public var schemes: [String: Entry]

  /// A baseline of the given entries.
  public init(pipeline: String, schemes: [String: Entry]) {
    self.pipeline = pipeline
    self.schemes = schemes
  }

  /// The newest evaluation of each scheme.
  /// - Throws: `FindingsError` where one was never evaluated, lacks a figure, or has one that no baseline can hold.
  public init(pipeline: String, schemes: [String], catalog: Catalog) throws {
    self.init(pipeline: pipeline, schemes: [:])
    for scheme in schemes {
      let figures = try Figures(pipeline: pipeline, scheme: scheme, catalog: catalog)
      self.schemes[scheme] = try Entry(figures, sha256: Self.conversion(of: figures.run, in: catalog))
    }
  }

  /// Refuses a baseline that was made of another pipeline.
  /// - Throws: `FindingsError.otherPipeline`.
  func belongs(to pipeline: String) throws {
    guard pipeline == self.pipeline else {
      throw FindingsError.otherPipeline(expected: pipeline, found: self.pipeline)
    }
  }

  /// The text of `baseline.yaml`: schemes by name, keys in one order, so that equal figures are equal bytes.
  public func yaml() throws -> String {
    var lines = [
      "# What `make check` holds the newest evaluations against, as far as `baseline` in limits.yaml allows: each",
      "# scheme's figures when this file was made, and the digest of the int8 checkpoint that had them.",
      "# Made by: make baseline, for this pipeline and these schemes. To change it, make it again.",
      "pipeline: \(try Self.quoted(pipeline))", "schemes:",
    ]
    for (scheme, entry) in schemes.sorted(by: { $0.key < $1.key }) {
      lines.append("  \(try Self.quoted(scheme)):")
      lines += [
        "dataset: \(try Self.quoted(entry.dataset))", "images: \(entry.images)",
        "float32_correct: \(entry.float32Correct)", "int8_correct: \(entry.int8Correct)",
        "float32_bytes: \(entry.float32Bytes)", "int8_bytes: \(entry.int8Bytes)", "size_ratio: \(entry.sizeRatio)",
        "speed_ratio: \(entry.speedRatio)", "int8_sha256: \(try Self.quoted(entry.int8SHA256))",
      ].map { "    \($0)" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// A name as YAML cannot misread it, `no` and `1.5` included: a JSON string is one of YAML's.
  private static func quoted(_ text: String) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    return String(decoding: try encoder.encode(text), as: UTF8.self)
  }

  /// The digest of the int8 checkpoint that an evaluation read: the one that a conversion wrote, or an import.
  private static func conversion(of run: Int64, in catalog: Catalog) throws -> String {
    for file in try catalog.artifacts(of: run) where file.role == .input {
      let maker = try catalog.newestRun(writing: file.artifact.sha256, to: file.artifact.path)
      if let stage = maker?.stage, ["convert", "import-quantized"].contains(stage) { return file.artifact.sha256 }
    }
    throw FindingsError.unknownConversion(run: run)
  }
}

extension Baseline {
  /// One scheme's figures.
  public struct Entry: Sendable, Equatable, Codable {
    /// `mnist`, `synthetic-digits`.
    public var dataset: String
    /// Images in the test set.
    public var images: Int
    /// How many of them were classified rightly.
    public var float32Correct: Int
    /// Likewise.
    public var int8Correct: Int
    /// Bytes of the checkpoints.
    public var float32Bytes: Int
    /// Likewise.
    public var int8Bytes: Int
    /// The int8 file's size over the float32 file's, for a reader: it follows from the two.
    public var sizeRatio: Double
    /// The speed of int8 over that of float32, to four decimals.
    public var speedRatio: Double
    /// The SHA-256 of the int8 checkpoint.
    public var int8SHA256: String

    enum CodingKeys: String, CodingKey {
      case dataset, images
      case float32Correct = "float32_correct"
      case int8Correct = "int8_correct"
      case float32Bytes = "float32_bytes"
      case int8Bytes = "int8_bytes"
      case sizeRatio = "size_ratio"
      case speedRatio = "speed_ratio"
      case int8SHA256 = "int8_sha256"
    }

    /// The entry of an evaluation, its accuracies as counts.
    /// - Throws: `FindingsError.noBaseline` for a figure that is no number, or no count of images.
    public init(_ figures: Figures, sha256: String) throws {
      func count(_ name: String, _ value: Double) throws -> Int {
        guard let count = Int(exactly: value), count >= 0 else {
          throw FindingsError.noBaseline(run: figures.run, "\(name) \(value)")
        }
        return count
      }
      func correct(_ name: String, _ accuracy: Double) throws -> Int {
        let count = try count(name, (accuracy * figures.images).rounded())
        guard Double(count) / figures.images == accuracy else {
          throw FindingsError.noBaseline(run: figures.run, "\(name) \(accuracy)")
        }
        return count
      }
      dataset = figures.dataset
      images = try count("images", figures.images)
      float32Correct = try correct("accuracy of float32", figures.float32)
      int8Correct = try correct("accuracy of int8", figures.int8)
      float32Bytes = try count("file_bytes of float32", figures.float32Bytes)
      int8Bytes = try count("file_bytes of int8", figures.int8Bytes)
      sizeRatio = figures.int8Bytes / figures.float32Bytes
      speedRatio = (figures.speedRatio * 10_000).rounded() / 10_000
      int8SHA256 = sha256
      if let (key, expected) = fault {
        throw FindingsError.noBaseline(run: figures.run, "\(key.rawValue): \(expected)")
      }
    }

    /// Reads an entry and refuses figures that cannot be.
    public init(from decoder: any Decoder) throws {
      let values = try decoder.container(keyedBy: CodingKeys.self)
      dataset = try values.decode(String.self, forKey: .dataset)
      images = try values.decode(Int.self, forKey: .images)
      float32Correct = try values.decode(Int.self, forKey: .float32Correct)
      int8Correct = try values.decode(Int.self, forKey: .int8Correct)
      float32Bytes = try values.decode(Int.self, forKey: .float32Bytes)
      int8Bytes = try values.decode(Int.self, forKey: .int8Bytes)
      sizeRatio = try values.decode(Double.self, forKey: .sizeRatio)
      speedRatio = try values.decode(Double.self, forKey: .speedRatio)
      int8SHA256 = try values.decode(String.self, forKey: .int8SHA256)
      if let (key, expected) = fault {
        throw DecodingError.dataCorruptedError(forKey: key, in: values, debugDescription: expected)
      }
    }

    /// The first figure that cannot be, and what was expected of it.
    private var fault: (CodingKeys, String)? {
      let counts = 0...max(images, 0)
      if images < 1 { return (.images, "expected at least 1, found \(images)") }
      if !counts.contains(float32Correct) { return (.float32Correct, "expected \(counts), found \(float32Correct)") }
      if !counts.contains(int8Correct) { return (.int8Correct, "expected \(counts), found \(int8Correct)") }
      if float32Bytes < 1 { return (.float32Bytes, "expected at least 1, found \(float32Bytes)") }
      if int8Bytes < 1 { return (.int8Bytes, "expected at least 1, found \(int8Bytes)") }
      let ratio = Double(int8Bytes) / Double(float32Bytes)
      if sizeRatio != ratio { return (.sizeRatio, "expected \(ratio), as the bytes have it, found \(sizeRatio)") }
      if !(speedRatio > 0 && speedRatio.isFinite) {
        return (.speedRatio, "expected a number above 0, found \(speedRatio)")
      }
      let isDigest = SHA256Digest.isWellFormed(int8SHA256)
      return isDigest ? nil : (.int8SHA256, "expected 64 lower-case hexadecimal digits, found '\(int8SHA256)'")
    }
  }
}
