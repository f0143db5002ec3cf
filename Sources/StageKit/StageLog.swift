import Logging

/// A stage's log: one plain line per message on stderr, `train: epoch 1 of 2: loss 0.1787`.
///
/// It is a swift-log handler, so that libraries take an ordinary `Logger`.
struct StageLog: LogHandler {
  /// The stage and its scheme.
  let name: String
  let progress: Progress
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let importance: Terminal.Importance =
      event.level >= .error ? .error : event.level == .warning ? .warning : .ordinary
    let level = importance == .ordinary ? "" : "\(event.level.rawValue): "
    let lines = event.message.description.split(separator: "\n", omittingEmptySubsequences: false).map {
      Terminal.standard.colored("\(name): \(level)\($0)", importance) + "\n"
    }
    progress.clear(writing: lines.joined())
  }
}

extension StageOptions {
  /// The level from which on messages are printed.
  var level: Logger.Level { quiet ? .warning : Logger.Level(rawValue: logLevel.rawValue) ?? .info }
}
