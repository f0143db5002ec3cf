import Foundation

/// A folder on the web in which the four `.gz` files lie.
///
/// Digests protect the content; https keeps what is fetched from being read or refused on the way. Plain http is
/// for a server on this machine only, as in tests.
public struct Mirror: Sendable, Equatable, CustomStringConvertible {
  private let base: URL

  /// A mirror at `address`, `https://host/folder/`.
  /// - Throws: `MirrorError` when the address is no URL or neither https nor this machine.
  public init(_ address: String) throws(MirrorError) {
    guard let url = URL(string: address.hasSuffix("/") ? address : address + "/"), url.host != nil else {
      throw .notAnAddress(address)
    }
    guard Self.isSecure(url) || Self.isLocal(url) else { throw .insecure(address) }
    base = url
  }

  init(known address: String) {
    do { try self.init(address) } catch { preconditionFailure("\(error)") }
  }

  /// The address.
  public var description: String { base.absoluteString }

  func url(of file: DatasetRole) -> URL { base.appendingPathComponent(file.fileName + ".gz") }

  /// Whether a redirect may go from `origin` to `target`: to https always, to this machine from this machine.
  static func mayRedirect(from origin: URL, to target: URL) -> Bool {
    target.host != nil && (isSecure(target) || isLocal(target) && isLocal(origin))
  }

  private static func isSecure(_ url: URL) -> Bool { url.scheme?.lowercased() == "https" }

  private static func isLocal(_ url: URL) -> Bool {
    url.scheme?.lowercased() == "http" && ["127.0.0.1", "localhost", "::1", "[::1]"].contains(url.host ?? "")
  }
}

/// What can be wrong with a mirror's address.
public enum MirrorError: Error, Equatable, CustomStringConvertible {
  /// The text is not a URL with a host.
  case notAnAddress(String)
  /// The URL is neither https nor http on this machine.
  case insecure(String)

  /// One line: the address and what was expected.
  public var description: String {
    switch self {
    case .notAnAddress(let address): "mirror \(address): expected an address such as https://host/folder/"
    case .insecure(let address): "mirror \(address): expected https (plain http only on this machine)"
    }
  }
}
