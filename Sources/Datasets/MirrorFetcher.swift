import Compression

/// Fetches files from the first mirror that has them right.
struct MirrorFetcher {
  // The mirror that served last comes first, so that one that is down is waited for once and not four times.
  private var mirrors: [Mirror]
  private let downloader: Downloader

  init(mirrors: [Mirror], downloader: Downloader) {
    self.mirrors = mirrors
    self.downloader = downloader
  }

  /// The verified, uncompressed content of `file`, and the mirror that had it.
  mutating func fetch(
    _ file: ExpectedFile, notice: (String) -> Void
  ) throws(MirrorsFailed) -> (content: [UInt8], mirror: Mirror) {
    var reasons: [String] = []
    for (index, mirror) in mirrors.enumerated() {
      let url = mirror.url(of: file.role)
      notice("fetching \(url)")
      do {
        let compressed = try downloader.download(url, limit: file.compressedLimit)
        let content = try Gzip.inflate(compressed, file: "\(url)", limit: file.bytes)
        try file.verify(content, file: "\(url)")
        mirrors.insert(mirrors.remove(at: index), at: 0)
        return (content, mirror)
      } catch {
        // Whatever is wrong, the next mirror may do better.
        reasons.append("\(error)")
        if index + 1 < mirrors.count { notice("warning: \(error); trying the next mirror") }
      }
    }
    throw MirrorsFailed(file: file.role.fileName, reasons: reasons)
  }
}

/// No mirror had a file.
public struct MirrorsFailed: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let file: String
  /// Why each mirror failed, in the order in which they were tried.
  public let reasons: [String]

  /// One line: the file, why each mirror failed, what to do.
  public var description: String {
    "\(file) of MNIST could not be fetched (\(reason)); "
      + "connect to the network, or name a folder with the four files: MNIST_DIR=/path/to/mnist"
  }

  /// What the user must know when the synthetic digits take MNIST's place.
  var fallbackWarning: String {
    let listed = reasons.isEmpty ? ["no mirror to fetch from"] : reasons
    return """
      WARNING: these are NOT the MNIST digits.
        MNIST could not be fetched, so the built-in synthetic digits take its place.
        Results on them are not MNIST results and must not be reported as such.
        Why \(file) could not be had:
      \(listed.map { "    - \($0)" }.joined(separator: "\n"))
        To use MNIST, name a folder that holds its four files: MNIST_DIR=/path/to/mnist
      """
  }

  private var reason: String { reasons.isEmpty ? "no mirror to fetch from" : reasons.joined(separator: "; ") }
}
