import ArgumentParser
import Files
import Foundation
import Kernels
import ModelStages
import StageKit
import Tables
import Tokenizers
import Transformer
import TransformerPasses

/// How `generate` chooses.
package struct GenerationOptions: ParsableArguments {
  @Option(help: "Tokens to make, at most.") package var tokens = 256
  @Option(help: "What logits are divided by; 0: the likeliest token always.") package var temperature: Float = 0
  @Option(help: ArgumentHelp("Draw among so many of the likeliest tokens; 0: all.", valueName: "n"))
  package var topK = 0
  @Option(help: ArgumentHelp("Draw among the likeliest tokens that reach this probability.", valueName: "p"))
  package var topP: Float = 1
  @Option(
    help: ArgumentHelp(
      "Tokens to guess ahead from what the text said before, and to read at once; the text stays the same.",
      valueName: "n"))
  package var guess = 0
  @Option(help: "What draws begin from.") package var seed: UInt64 = 0
  @Option(help: "End where this text comes; it is left out. May be given several times.")
  package var stop: [String] = []

  package init() {}

  package func validate() throws {
    guard tokens >= 1 else { throw ValidationError("--tokens: expected at least 1, found \(tokens)") }
    guard temperature >= 0, temperature.isFinite else {
      throw ValidationError("--temperature: expected 0 or more, found \(temperature)")
    }
    guard guess >= 0 else { throw ValidationError("--guess: expected 0 or more, found \(guess)") }
    guard topK >= 0 else { throw ValidationError("--top-k: expected 0 or more, found \(topK)") }
    guard topP > 0, topP <= 1 else { throw ValidationError("--top-p: expected above 0, at most 1, found \(topP)") }
    guard !stop.contains("") else { throw ValidationError("--stop: expected a text, found none") }
  }
}

/// A language model that goes on with texts.
package struct Generation {
  private let path: String
  private let engine: TransformerEngine
  private let tokenizer: Tokenizer
  private let options: GenerationOptions

  /// The model of a checkpoint.
  /// - Throws: `ConfigError` naming the file, `FileError`.
  package init(model path: String, compute: Compute, _ options: GenerationOptions) throws {
    let file = StageFile(path: path, content: try FileBytes(of: path))
    let checkpoint = try file.checkpoint(of: "import-transformer", "convert-transformer", option: "--model")
    (engine, tokenizer) = try file.naming {
      let model = try TransformerCheckpoint(checkpoint)
      return (TransformerEngine(try model.weights(), compute: compute), try model.tokenizer())
    }
    (self.path, self.options) = (path, options)
  }

  /// The prompt of a file, or of stdin.
  /// - Throws: `FileError`.
  package static func prompt(inFile path: String?) throws -> String {
    let bytes = try path.map { try WholeFile.read($0) } ?? Array(FileHandle.standardInput.readDataToEndOfFile())
    return String(decoding: bytes, as: UTF8.self)
  }

  /// What came of a prompt.
  package struct Result: Encodable {
    let prompt, text: String
    let promptTokens, tokens: Int
    /// How often the weights were read to make the tokens.
    let readings: Int
    /// `end` of the model, `stop` text, number of `tokens`, end of the `context`.
    let ended: String
    let promptTokensPerSecond, tokensPerSecond: Double

    /// Says how fast it was, on stderr.
    package func tell() {
      let prompt = "\(Format.integer(promptTokens)) tokens read at \(Format.rate(promptTokensPerSecond)) a second"
      let made =
        "\(Format.integer(tokens)) made at \(Format.rate(tokensPerSecond)) a second"
        + (readings < tokens - 1 ? ", the weights read \(Format.integer(readings)) times" : "")
      FileHandle.standardError.write(Data("\n\(prompt), \(made)\n".utf8))
    }
  }

  /// Goes on with a text.
  /// - Parameter isSilent: whether the text stays away from stdout.
  /// - Throws: `GenerationError` for a prompt without tokens, one beyond the context, and logits that are no numbers;
  ///   `OutputError`.
  package func run(_ prompt: String, isSilent: Bool) throws -> Result {
    let context = engine.configuration.contextLength
    var tokens = tokenizer.encode(prompt, beginning: true)
    guard !tokens.isEmpty else { throw GenerationError.noPrompt }
    guard tokens.count < context else { throw GenerationError.tooLong(tokens.count, context: context) }
    let (promptCount, clock) = (tokens.count, ContinuousClock())
    let cache = engine.cache(capacity: min(context, promptCount + options.tokens))
    var (sampler, output) = (
      Sampler(temperature: options.temperature, topK: options.topK, topP: options.topP, seed: options.seed),
      StoppedText(options.stop)
    )
    var (decoder, ended) = (tokenizer.decoder(continuing: true), "tokens")
    var reader = GuessingReader(engine, cache, PromptLookup(most: options.guess))
    var logits: [Float] = []
    let promptTime = clock.measure { logits = engine.logits(after: tokens, into: cache) }
    let start = clock.now
    while tokens.count - promptCount < options.tokens {
      guard logits.allSatisfy(\.isFinite) else { throw GenerationError.notFinite(after: tokens.count) }
      let token = sampler.next(logits)
      // Where texts were parted by the token of a beginning alone, that one ends them too.
      if tokenizer.vocabulary.ends.contains(token) || token == tokenizer.vocabulary.beginning { ended = "end" }
      if ended == "end" { break }
      tokens.append(token)
      let piece = output.append(decoder.append(token))
      if !isSilent { try StandardOutput.write(piece) }
      if output.isStopped { ended = "stop" }
      if tokens.count == context { ended = "context" }
      if ended != "tokens" || tokens.count - promptCount == options.tokens { break }
      logits = reader.logits(after: tokens)
    }
    let time = (clock.now - start).seconds
    let rest = output.finish()
    if !isSilent { try StandardOutput.write(rest) }
    return Result(
      prompt: prompt, text: output.text, promptTokens: promptCount, tokens: tokens.count - promptCount,
      readings: reader.readings, ended: ended,
      promptTokensPerSecond: Double(promptCount) / max(promptTime.seconds, 1e-9),
      tokensPerSecond: Double(tokens.count - promptCount) / max(time, 1e-9))
  }
}

/// A prompt that cannot be gone on with.
package enum GenerationError: Error, Equatable, CustomStringConvertible {
  /// An empty prompt where the model has no token to begin with.
  case noPrompt
  /// A prompt that fills the context.
  case tooLong(Int, context: Int)
  /// Weights or scales that are no numbers.
  case notFinite(after: Int)

  /// One line.
  package var description: String {
    switch self {
    case .noPrompt: "prompt: expected a text, found none, and the model has no token that begins one"
    case .tooLong(let count, let context):
      "prompt: expected fewer than \(context) tokens, the model's context, found \(count); shorten it"
    case .notFinite(let count):
      "logits after \(count) tokens: expected numbers, found others; the model's file is damaged, make it again"
    }
  }
}
