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
  /// followed to https only (within this machine also to http).
  public func download(_ url: URL, limit: Int) throws(DownloadError) -> [UInt8] {
    var request = URLRequest(
      url: url, cachePolicy: .reloadIgnoringLocalAndRemoteCacheData, timeoutInterval: idleTimeout)
    request.setValue("octavo", forHTTPHeaderField: "User-Agent")
    // The file itself is compressed; a second layer would only hide its size.
    request.setValue("identity", forHTTPHeaderField: "Accept-Encoding")
    request.httpShouldHandleCookies = false
    let configuration = URLSessionConfiguration.ephemeral
    configuration.timeoutIntervalForRequest = idleTimeout
    configuration.timeoutIntervalForResource = transferTimeout

    let transfer = Transfer(url: url, limit: limit, redirectLimit: redirectLimit)
    let session = URLSession(configuration: configuration, delegate: transfer, delegateQueue: nil)
    // The session keeps its delegate alive until it is invalidated.
    defer { session.invalidateAndCancel() }
    session.dataTask(with: request).resume()
    // The session's own limit on a transfer is not dependable everywhere, so the clock is kept here as well.
    guard transfer.ended.wait(timeout: .now() + transferTimeout) == .success else {
      throw .timedOut(url: "\(url)", seconds: transferTimeout)
    }
    return try transfer.outcome.withLock { $0 }.get()
  }
}

/// The session's delegate: judges each step of one transfer and keeps its body.
private final class Transfer: NSObject, URLSessionDataDelegate {
  let ended = DispatchSemaphore(value: 0)
  let outcome: Mutex<Result<[UInt8], DownloadError>> = Mutex(.success([]))
  private let redirects = Mutex(0)
  private let url: String
  private let limit: Int
  private let redirectLimit: Int

  init(url: URL, limit: Int, redirectLimit: Int) {
    self.url = "\(url)"
    self.limit = limit
    self.redirectLimit = redirectLimit
  }

  func urlSession(
    _ session: URLSession, task: URLSessionTask, willPerformHTTPRedirection response: HTTPURLResponse,
    newRequest request: URLRequest, completionHandler: @escaping @Sendable (URLRequest?) -> Void
  ) {
    let followed = redirects.withLock { count in
      count += 1
      return count
    }
    guard let origin = response.url, let target = request.url, Mirror.mayRedirect(from: origin, to: target)
    else {
      fail(.redirectRefused(url: url, target: request.url.map { "\($0)" } ?? "nowhere"), task)
      return completionHandler(nil)
    }
    guard followed <= redirectLimit else {
      fail(.tooManyRedirects(url: url, limit: redirectLimit), task)
      return completionHandler(nil)
    }
    completionHandler(request)
  }

  func urlSession(
    _ session: URLSession, dataTask: URLSessionDataTask, didReceive response: URLResponse,
    completionHandler: @escaping @Sendable (URLSession.ResponseDisposition) -> Void
  ) {
    let status = (response as? HTTPURLResponse)?.statusCode ?? 0
    if status != 200 {
      fail(.status(url: url, found: status), dataTask)
    } else if response.expectedContentLength > Int64(limit) {
      fail(.tooLarge(url: url, limit: limit), dataTask)
    }
    completionHandler(hasFailed ? .cancel : .allow)
  }

  func urlSession(_ session: URLSession, dataTask: URLSessionDataTask, didReceive data: Data) {
    let isTooLarge = outcome.withLock { outcome in
      guard case .success(var body) = outcome else { return false }
      guard body.count + data.count <= limit else { return true }
      // Otherwise two owners of the body would make each piece copy all of it.
      outcome = .success([])
      body.append(contentsOf: data)
      outcome = .success(body)
      return false
    }
    if isTooLarge { fail(.tooLarge(url: url, limit: limit), dataTask) }
  }

  func urlSession(_ session: URLSession, task: URLSessionTask, didCompleteWithError error: (any Error)?) {
    if let error {
      let isTimeout = (error as? URLError)?.code == .timedOut
      let seconds = session.configuration.timeoutIntervalForRequest
      let failure: DownloadError =
        isTimeout
        ? .timedOut(url: url, seconds: seconds) : .transport(url: url, reason: Self.reason(error))
      fail(failure, task)
    }
    ended.signal()
  }

  // The first failure is the cause; what follows, such as the cancellation, are its consequences.
  private func fail(_ failure: DownloadError, _ task: URLSessionTask) {
    outcome.withLock { outcome in
      if case .success = outcome { outcome = .failure(failure) }
    }
    task.cancel()
  }

  private var hasFailed: Bool {
    outcome.withLock { outcome in
      if case .failure = outcome { true } else { false }
    }
  }

  private static func reason(_ error: any Error) -> String {
    let text = (error as NSError).localizedDescription
    return text.split(whereSeparator: \.isNewline).joined(separator: " ")
  }
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
