import Logging

/// A stage's log: one plain line per message on stderr, `train: epoch 1 of 2: loss 0.1787`.
///
/// It is a swift-log handler, so that libraries take an ordinary `Logger`.
struct StageLog: LogHandler {
  let stage: String
  let progress: Progress
  var logLevel: Logger.Level
  var metadata: Logger.Metadata = [:]

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    progress.clear()
    let level = event.level >= .warning ? "\(event.level.rawValue): " : ""
    for line in event.message.description.split(separator: "\n", omittingEmptySubsequences: false) {
      let text = "\(stage): \(level)\(line)"
      if event.level >= .error { Terminal.printError(text) } else { Terminal.write("\(text)\n") }
    }
  }
}

extension StageOptions {
  /// The level from which on messages are printed.
  var level: Logger.Level { quiet ? .warning : Logger.Level(rawValue: logLevel.rawValue) ?? .info }
}
