import Datasets
import Foundation
import Testing

@Suite struct DownloaderTests {
  static let body = (0..<500).map { UInt8(truncatingIfNeeded: $0) }

  private func download(
    limit: Int = 1000, idle: Double = 30, transfer: Double = 60, path: String = "file",
    _ reply: @escaping @Sendable (String) -> LocalServer.Reply
  ) throws -> (url: String, result: Result<[UInt8], DownloadError>) {
    let server = try LocalServer(reply)
    let url = try #require(URL(string: server.address + path))
    let downloader = Downloader(idleTimeout: idle, transferTimeout: transfer, redirectLimit: 3)
    return withExtendedLifetime(server) {
      (url.absoluteString, Result { () throws(DownloadError) in try downloader.download(url, limit: limit) })
    }
  }

  @Test func wholeBody() throws {
    #expect(try download { _ in .answer(status: 200, body: Self.body) }.result.get() == Self.body)
  }

  @Test func bodyOfExactlyTheLimit() throws {
    #expect(try download(limit: 500) { _ in .unmeasured(body: Self.body) }.result.get() == Self.body)
  }

  @Test func emptyBody() throws {
    #expect(try download { _ in .answer(status: 200, body: []) }.result.get() == [])
  }

  @Test func largeBody() throws {
    let large = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 7 >> 3) }
    #expect(try download(limit: large.count) { _ in .answer(status: 200, body: large) }.result.get() == large)
  }

  @Test(arguments: [201, 204, 206, 304, 400, 403, 404, 429, 500, 503]) func anotherStatus(_ status: Int)
    throws
  {
    let (url, result) = try download { _ in .answer(status: status, body: []) }
    #expect(result == .failure(.status(url: url, found: status)))
  }

  // Cut after k bytes of the body, when the header has promised more.
  @Test(arguments: [0, 1, 250, 499]) func connectionCut(_ kept: Int) throws {
    let (url, result) = try download { _ in .mislabelled(length: 500, body: Array(Self.body[..<kept])) }
    guard case .failure(.transport(url, _)) = result else {
      Issue.record("a body cut after \(kept) bytes gave \(result)")
      return
    }
  }

  @Test func connectionClosedAtOnce() throws {
    let (url, result) = try download { _ in .hangUp }
    guard case .failure(.transport(url, _)) = result else {
      Issue.record("no answer at all gave \(result)")
      return
    }
  }

  @Test func nobodyListens() throws {
    var server: LocalServer? = try LocalServer { _ in .hangUp }
    let url = try #require(URL(string: (server?.address ?? "") + "file"))
    server = nil
    #expect(throws: DownloadError.self) { try Downloader(idleTimeout: 30).download(url, limit: 10) }
  }

  @Test func announcedTooLarge() throws {
    let (url, result) = try download(limit: 499) { _ in .answer(status: 200, body: Self.body) }
    #expect(result == .failure(.tooLarge(url: url, limit: 499)))
  }

  @Test func unannouncedTooLarge() throws {
    let (url, result) = try download(limit: 499) { _ in .unmeasured(body: Self.body) }
    #expect(result == .failure(.tooLarge(url: url, limit: 499)))
  }

  @Test func endlessBody() throws {
    let (url, result) = try download(limit: 1 << 20) { _ in .endless }
    #expect(result == .failure(.tooLarge(url: url, limit: 1 << 20)))
  }

  @Test func silence() throws {
    let (url, result) = try download(idle: 1) { _ in .silent }
    #expect(result == .failure(.timedOut(url: url, seconds: 1)))
  }

  // Bytes keep coming, so only the limit on the whole transfer ends it.
  @Test func slowDrip() throws {
    let (url, result) = try download(idle: 30, transfer: 0.4) { _ in .drip }
    #expect(result == .failure(.timedOut(url: url, seconds: 0.4)))
  }

  @Test func redirectOnThisMachine() throws {
    let (_, result) = try download { path in
      path == "/file" ? .redirect(to: "/elsewhere") : .answer(status: 200, body: Self.body)
    }
    #expect(try result.get() == Self.body)
  }

  @Test(arguments: [
    "http://example.invalid/file", "http://127.0.0.1.example.invalid/", "ftp://127.0.0.1/file",
    "file:///etc/hostname", "//example.invalid/file",
  ])
  func redirectAway(_ target: String) throws {
    let (url, result) = try download { _ in .redirect(to: target) }
    #expect(result == .failure(.redirectRefused(url: url, target: target)))
  }

  // https is followed: this server does not speak it, so the connection fails, which is no refusal.
  @Test func redirectToHTTPSIsFollowed() throws {
    let secure = try LocalServer { _ in .hangUp }
    let target = "https://127.0.0.1:\(secure.port)/file"
    let (url, result) = try download { _ in .redirect(to: target) }
    guard case .failure(.transport(url, _)) = result else {
      Issue.record("a redirect to https gave \(result)")
      return
    }
  }

  @Test func redirectsUpToTheLimit() throws {
    let (_, result) = try download(path: "1") { path in
      path == "/1111" ? .answer(status: 200, body: Self.body) : .redirect(to: path + "1")
    }
    #expect(try result.get() == Self.body)
  }

  @Test func redirectsWithoutEnd() throws {
    let (url, result) = try download { path in .redirect(to: path + "1") }
    #expect(result == .failure(.tooManyRedirects(url: url, limit: 3)))
  }

  @Test func messagesAreOneLine() throws {
    let (url, result) = try download { _ in .hangUp }
    guard case .failure(let error) = result else { return }
    #expect("\(error)".hasPrefix(url + ": ") && !"\(error)".contains("\n"))
  }
}
