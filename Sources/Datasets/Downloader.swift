import Dispatch
import Foundation
import FoundationNetworking
import Synchronization

/// Fetches one file over HTTP into memory, suspicious of everything on the way.
public struct Downloader: Sendable {
  /// Seconds without a byte, connecting included, after which the transfer is given up.
  public var idleTimeout: Double
  /// Seconds that the whole transfer may take.
  public var transferTimeout: Double
  /// Redirects that are followed.
  public var redirectLimit: Int

  /// A downloader with the given patience.
  public init(idleTimeout: Double = 20, transferTimeout: Double = 600, redirectLimit: Int = 5) {
    self.idleTimeout = idleTimeout
    self.transferTimeout = transferTimeout
    self.redirectLimit = redirectLimit
  }

  /// The body that `url` answers with status 200.
  ///
  /// Blocks until the transfer is over. Reading stops as soon as the body passes `limit` bytes; redirects are
  /// followed to https only (within this machine also to http). The body of a redirect itself, which Foundation
  /// keeps out of sight, has only `transferTimeout` for a limit.
  public func download(_ url: URL, limit: Int) throws(DownloadError) -> [UInt8] {
    let deadline = DispatchTime.now() + transferTimeout
    var target = url
    // Redirects are followed here, one request each: the session would ask, but not for every kind of address.
    for _ in 0...redirectLimit {
      switch try request(target, onBehalfOf: "\(url)", limit: limit, deadline: deadline) {
      case .body(let body): return body
      case .redirect(let location):
        guard let next = URL(string: location, relativeTo: target)?.absoluteURL,
          Mirror.mayRedirect(from: target, to: next)
        else { throw .redirectRefused(url: "\(url)", target: location) }
        target = next
      }
    }
    throw .tooManyRedirects(url: "\(url)", limit: redirectLimit)
  }

  private func request(
    _ url: URL, onBehalfOf name: String, limit: Int, deadline: DispatchTime
  ) throws(DownloadError) -> Transfer.Answer {
    var request = URLRequest(
      url: url, cachePolicy: .reloadIgnoringLocalAndRemoteCacheData, timeoutInterval: idleTimeout)
    request.setValue("octavo", forHTTPHeaderField: "User-Agent")
    // The file itself is compressed; a second layer would only hide its size.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    request.httpShouldHandleCookies = false
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = idleTimeout
    configuration.urlCache = nil
    configuration.urlCredentialStorage = nil

    let transfer = Transfer(url: name, limit: limit, idleTimeout: idleTimeout)
    let session = URLSession(configuration: configuration, delegate: transfer, delegateQueue: InlineQueue())
    let task = session.dataTask(with: request)
    // The session keeps its delegate alive until it is invalidated. Stopping can take its time while a server sends
    // without pause, and nobody need wait for it. (`invalidateAndCancel` reads the session's tasks while they may be
    // ending on another thread, so it is done in two steps that do not.)
    defer {
      DispatchQueue.global().async {
        task.cancel()
        session.finishTasksAndInvalidate()
      }
    }
    task.resume()
    // The session's own limit on a whole transfer is not dependable everywhere, so the clock is kept here.
    guard transfer.ended.wait(timeout: deadline) == .success else {
      throw .timedOut(url: name, seconds: transferTimeout)
    }
    return try transfer.outcome.withLock { $0 }.get()
  }
}

/// The session's delegate: decides at each step of one request and keeps its answer.
private final class Transfer: NSObject, URLSessionDataDelegate {
  /// What a request was answered with.
  enum Answer {
    case body([UInt8])
    case redirect(String)
  }

  let ended = DispatchSemaphore(value: 0)
  let outcome: Mutex<Result<Answer, DownloadError>> = Mutex(.success(.body([])))
  private let url: String
  private let limit: Int
  private let idleTimeout: Double

  init(url: String, limit: Int, idleTimeout: Double) {
    self.url = url
    self.limit = limit
    self.idleTimeout = idleTimeout
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    // Refused: the response itself comes next. (Foundation aborts the program when a task is cancelled here.)
    completionHandler(nil)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    let response = response as? HTTPURLResponse
    let status = response?.statusCode ?? 0
    if [301, 302, 303, 307, 308].contains(status),
      let target = response?.value(forHTTPHeaderField: "Location")
    {
      decide(.success(.redirect(target)))
    } else if status != 200 {
      decide(.failure(.status(url: url, found: status)))
    } else if response?.expectedContentLength ?? 0 > Int64(limit) {
      decide(.failure(.tooLarge(url: url, limit: limit)))
    }
    // Foundation on Linux ignores this answer: what stops the transfer is that nobody waits for it any more.
    completionHandler(.allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let isTooLarge = outcome.withLock { outcome in
      guard case .success(.body(var body)) = outcome else { return false }
      guard body.count + data.count <= limit else { return true }
      // Otherwise two owners of the body would make each piece copy all of it.
      outcome = .success(.body([]))
      body.append(contentsOf: data)
      outcome = .success(.body(body))
      return false
    }
    if isTooLarge { decide(.failure(.tooLarge(url: url, limit: limit))) }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    if let error {
      let isTimeout = (error as? URLError)?.code == .timedOut
      decide(
        .failure(
          isTimeout
            ? .timedOut(url: url, seconds: idleTimeout) : .transport(url: url, reason: Self.reason(error))))
    }
    ended.signal()
  }

  // The first decision is the cause; what follows, such as the cancellation, are its consequences. Nothing is
  // cancelled here, within a callback, where Foundation would wait for itself: whoever waits for the answer does it.
  private func decide(_ result: Result<Answer, DownloadError>) {
    outcome.withLock { outcome in
      if case .success(.body) = outcome { outcome = result }
    }
    ended.signal()
  }

  private static func reason(_ error: any Error) -> String {
    let text = (error as NSError).localizedDescription
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
}

/// A queue that runs what it is given at once, on the session's own thread.
///
/// On an ordinary queue the pieces of a body pile up without limit whenever they come in faster than they are
/// handled. Here the next piece is read from the network only when the one before it has been handled.
private final class InlineQueue: OperationQueue, @unchecked Sendable {
  override func addOperation(_ block: @escaping @Sendable () -> Void) { block() }
}

/// Why a file could not be fetched.
public enum DownloadError: Error, Equatable, CustomStringConvertible {
  /// The server answered with another status than 200.
  case status(url: String, found: Int)
  /// The body is larger than the file can be.
  case tooLarge(url: String, limit: Int)
  /// The server redirected to an address that is not https.
  case redirectRefused(url: String, target: String)
  /// The server redirected without end.
  case tooManyRedirects(url: String, limit: Int)
  /// Nothing came, or not everything in time.
  case timedOut(url: String, seconds: Double)
  /// The connection failed or broke.
  case transport(url: String, reason: String)

  /// One line: the address, what was expected, what was found.
  public var description: String {
    switch self {
    case .status(let url, let found): "\(url): expected HTTP status 200, found \(found)"
    case .tooLarge(let url, let limit): "\(url): expected at most \(limit) bytes, found more"
    case .redirectRefused(let url, let target): "\(url): expected a redirect to https, found \(target)"
    case .tooManyRedirects(let url, let limit): "\(url): expected at most \(limit) redirects, found more"
    case .timedOut(let url, let seconds): "\(url): expected an answer within \(seconds) s, found none"
    case .transport(let url, let reason): "\(url): \(reason)"
    }
  }
}
