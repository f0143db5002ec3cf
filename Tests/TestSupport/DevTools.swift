import Foundation

/// A Chromium process and the two pipes of its DevTools protocol: JSON messages, a zero byte after each.
final class DevTools {
  typealias Message = [String: Any]

  /// Milliseconds to wait for a word.
  private static let patience: Int32 = 120_000

  private let process: pid_t
  private let (commands, answers): (FileHandle, FileHandle)
  private var unread = Data()
  private var last = 0
  /// What the browser said unasked.
  private(set) var events: [Message] = []

  /// Starts the program with its commands on descriptor 3 and its answers on 4.
  init(_ program: String, profile: String) throws {
    let (commands, answers) = (Pipe(), Pipe())
    let words = [
      program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run",
      "--disable-extensions", "--disable-background-networking", "--user-data-dir=\(profile)",
      "--remote-debugging-pipe", "about:blank",
    ]
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // Copied high first: a pipe's own descriptor may be 3 or 4.
    let moves =
      [
        (commands.fileHandleForReading.fileDescriptor, 103), (answers.fileHandleForWriting.fileDescriptor, 104),
        (103, 3), (104, 4),
      ] as [(Int32, Int32)]
    for (from, to) in moves { posix_spawn_file_actions_adddup2(&actions, from, to) }
    for output in [1, 2] as [Int32] { posix_spawn_file_actions_addopen(&actions, output, "/dev/null", O_WRONLY, 0) }
    var process = pid_t()
    var arguments = words.map { strdup($0) } + [nil]
    defer { for argument in arguments { free(argument) } }
    let status = posix_spawn(&process, program, &actions, nil, &arguments, environ)
    guard status == 0 else { throw BrowserError("\(program): \(String(cString: strerror(status)))") }
    try commands.fileHandleForReading.close()
    try answers.fileHandleForWriting.close()
    self.process = process
    (self.commands, self.answers) = (commands.fileHandleForWriting, answers.fileHandleForReading)
  }

  deinit {
    kill(process, SIGKILL)
    var status: Int32 = 0
    waitpid(process, &status, 0)
  }

  /// Sends a command, and waits for what it comes to.
  @discardableResult
  func ask(_ method: String, _ parameters: Message = [:], session: String? = nil) throws -> Message {
    last += 1
    var message: Message = ["id": last, "method": method, "params": parameters]
    message["sessionId"] = session
    try commands.write(contentsOf: JSONSerialization.data(withJSONObject: message) + [0])
    while true {
      let answer = try next()
      guard answer["id"] as? Int == last else {
        events.append(answer)
        continue
      }
      guard let result = answer["result"] as? Message else { throw BrowserError("\(method): \(answer)") }
      return result
    }
  }

  /// Waits until something has happened.
  func wait(for event: String) throws {
    while !events.contains(where: { $0["method"] as? String == event }) { events.append(try next()) }
  }

  private func next() throws -> Message {
    while true {
      if let end = unread.firstIndex(of: 0) {
        let text = unread[unread.startIndex..<end]
        unread = unread[(end + 1)...]
        return try JSONSerialization.jsonObject(with: text) as? Message ?? [:]
      }
      // A browser that hangs must not hang the tests.
      var wait = pollfd(fd: answers.fileDescriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&wait, 1, Self.patience) != 0 else { throw BrowserError("the browser says nothing for two minutes") }
      let piece = answers.availableData
      guard !piece.isEmpty else { throw BrowserError("the browser ended") }
      unread = Data(unread) + piece
    }
  }
}

/// A browser that does not do as it is told.
package struct BrowserError: Error, CustomStringConvertible {
  package let description: String
  init(_ description: String) { self.description = description }
}
