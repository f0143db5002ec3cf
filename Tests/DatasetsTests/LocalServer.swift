import Foundation
import Synchronization

/// An HTTP server of the test's own, on this machine, that misbehaves on request.
///
/// Each connection gets a thread, serves one request, and is closed. Nothing here sleeps: threads wait for the
/// client or for the client's end of the connection to close.
final class LocalServer: Sendable {
  /// What is sent for one request.
  enum Reply: Sendable {
    /// A status with a body and its length.
    case answer(status: Int, body: [UInt8])
    /// A body under another length than its own.
    case mislabelled(length: Int, body: [UInt8])
    /// A body without a length, ended by closing the connection.
    case unmeasured(body: [UInt8])
    /// A redirect.
    case redirect(to: String)
    /// A body that never ends.
    case endless
    /// The header, and then nothing.
    case silent
    /// A byte now and then, for ever.
    case drip
    /// The connection is closed at once.
    case hangUp
  }

  let port: UInt16
  private let listener: Int32
  private let paths = Mutex<[String]>([])
  private let reply: @Sendable (String) -> Reply

  /// Starts a server that answers each path as `reply` says.
  init(_ reply: @escaping @Sendable (String) -> Reply) throws {
    self.reply = reply
    listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let listener = listener
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &size) == 0
      }
    }
    guard bound else { throw POSIXError(.init(rawValue: errno) ?? .EIO) }
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        if connection < 0 { break }
        guard let server = self else {
          close(connection)
          break
        }
        Thread.detachNewThread {
          server.serve(connection)
          close(connection)
        }
      }
      close(listener)
    }
  }

  // Wakes the thread that accepts, which closes the socket.
  deinit { shutdown(listener, Int32(SHUT_RDWR)) }

  /// The server's address, `http://127.0.0.1:port/`.
  var address: String { "http://127.0.0.1:\(port)/" }

  /// The paths that were asked for, in order.
  var requests: [String] { paths.withLock { $0 } }

  private func serve(_ connection: Int32) {
    guard let path = Self.requestPath(connection) else { return }
    paths.withLock { $0.append(path) }
    switch reply(path) {
    case .answer(let status, let body):
      Self.send(connection, header("\(status) Status", "Content-Length: \(body.count)") + body)
    case .mislabelled(let length, let body):
      Self.send(connection, header("200 OK", "Content-Length: \(length)") + body)
    case .unmeasured(let body): Self.send(connection, header("200 OK") + body)
    case .redirect(let target):
      Self.send(connection, header("302 Found", "Location: \(target)", "Content-Length: 0"))
    case .endless:
      var isOpen = Self.send(connection, header("200 OK"))
      while isOpen { isOpen = Self.send(connection, .init(repeating: 7, count: 1 << 16)) }
    case .silent:
      Self.send(connection, header("200 OK", "Content-Length: 5"))
      Self.waitForEnd(connection, milliseconds: -1)
    case .drip:
      var isOpen = Self.send(connection, header("200 OK"))
      while isOpen && !Self.waitForEnd(connection, milliseconds: 20) { isOpen = Self.send(connection, [7]) }
    case .hangUp: break
    }
  }

  private func header(_ status: String, _ fields: String...) -> [UInt8] {
    let lines = ["HTTP/1.1 \(status)"] + fields + ["Connection: close", "", ""]
    return Array(lines.joined(separator: "\r\n").utf8)
  }

  // The path in "GET path HTTP/1.1", once the request's header is complete.
  private static func requestPath(_ connection: Int32) -> String? {
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !request.suffix(4).elementsEqual([13, 10, 13, 10]) {
      let count = recv(connection, &buffer, buffer.count, 0)
      if count <= 0 { return nil }
      request += buffer[..<count]
      // The first byte of a TLS handshake, which this server does not speak.
      if request.first == 0x16 { return nil }
    }
    return String(decoding: request, as: UTF8.self).split(separator: " ").dropFirst().first.map(String.init)
  }

  @discardableResult private static func send(_ connection: Int32, _ bytes: [UInt8]) -> Bool {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Foundation.send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      if count <= 0 { return false }
      sent += count
    }
    return true
  }

  // Whether the client has closed its end before the time is up; a negative time is for ever.
  @discardableResult private static func waitForEnd(_ connection: Int32, milliseconds: Int32) -> Bool {
    var poller = pollfd(fd: connection, events: Int16(POLLIN), revents: 0)
    return poll(&poller, 1, milliseconds) != 0
  }
}
