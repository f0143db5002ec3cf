import Foundation

/// A page in a headless Chromium: no port, no profile, nothing shared.
package final class Browser {
  /// The browser's program, nil when this machine has none.
  package static let program: String? = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .flatMap { folder in ["chromium", "chromium-browser", "google-chrome"].map { "\(folder)/\($0)" } }
    .first { access($0, X_OK) == 0 }

  private let profile: TemporaryFolder
  private let tools: DevTools
  private let session: String

  /// Starts the browser and opens a file on a screen of some width, by day or by night.
  package init(opening path: String, width: Int = 1600, isDark: Bool = false) throws {
    guard let program = Self.program else { throw BrowserError("no chromium on the PATH") }
    profile = try TemporaryFolder()
    tools = try DevTools(program, profile: profile.path)
    let target = try tools.ask("Target.createTarget", ["url": "about:blank"])
    let attached = try tools.ask(
      "Target.attachToTarget", ["targetId": target["targetId"] ?? "", "flatten": true])
    session = attached["sessionId"] as? String ?? ""
    for domain in ["Page", "Runtime", "Log", "Network"] { try ask("\(domain).enable") }
    try ask(
      "Emulation.setDeviceMetricsOverride",
      ["width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600])
    try ask(
      "Emulation.setEmulatedMedia",
      ["features": [["name": "prefers-color-scheme", "value": isDark ? "dark" : "light"]]])
    try ask("Page.navigate", ["url": URL(fileURLWithPath: path).absoluteString])
    try tools.wait(for: "Page.loadEventFired")
  }

  /// What a JavaScript expression says in the page; the page's own policy does not bind it.
  package func value<Value>(of expression: String, as type: Value.Type = Value.self) throws -> Value {
    let answer = try ask(
      "Runtime.evaluate", ["expression": expression, "returnByValue": true, "awaitPromise": true])
    let result = answer["result"] as? [String: Any]
    guard answer["exceptionDetails"] == nil, let value = result?["value"] as? Value else {
      throw BrowserError("\(expression.prefix(80)): \(answer)")
    }
    return value
  }

  /// Everything that the page complained of: console, exceptions, the browser's own log.
  package func complaints() throws -> [String] {
    // Whatever was said before this answer has been read by now.
    _ = try value(of: "1", as: Int.self)
    let kinds = ["Runtime.consoleAPICalled", "Runtime.exceptionThrown", "Log.entryAdded"]
    return tools.events.filter { kinds.contains($0["method"] as? String ?? "") }.map { "\($0["params"] ?? $0)" }
  }

  /// The addresses that the page asked for.
  package func requests() -> [String] {
    tools.events.filter { $0["method"] as? String == "Network.requestWillBeSent" }.compactMap { event in
      ((event["params"] as? [String: Any])?["request"] as? [String: Any])?["url"] as? String
    }
  }

  /// The page as a PDF.
  package func pdf() throws -> Data {
    Data(base64Encoded: try ask("Page.printToPDF")["data"] as? String ?? "") ?? Data()
  }

  /// The whole page as a PNG.
  package func screenshot() throws -> Data {
    let answer = try ask("Page.captureScreenshot", ["captureBeyondViewport": true])
    return Data(base64Encoded: answer["data"] as? String ?? "") ?? Data()
  }

  @discardableResult
  private func ask(_ method: String, _ parameters: [String: Any] = [:]) throws -> [String: Any] {
    try tools.ask(method, parameters, session: session)
  }
}
