import ArgumentParser
import Files

/// The option of doors whose figures another program may read.
public struct JSONOption: ParsableArguments {
  /// Whether the figures go to stdout as JSON.
  @Flag(name: .long, help: "Print the figures to stdout as one JSON object, and nothing else there.")
  public var json = false

  /// No option.
  public init() {}

  /// The figures as JSON with sorted keys, where they are asked for; nil where they are not.
  /// - Throws: `EncodingError` for a number that JSON does not know; what may be NaN or infinite must be encoded as null.
  public func text(_ figures: @autoclosure () throws -> some Encodable) throws -> String? {
    json ? try ReadableJSON.text(figures()) : nil
  }
}
