import Datasets
import Testing

@Suite struct MirrorTests {
  @Test(arguments: [
    "https://example.org/mnist/", "http://127.0.0.1:80/", "http://localhost/x/", "http://[::1]:8080/",
  ])
  func accepted(_ address: String) throws {
    #expect(try Mirror(address).description == address)
  }

  @Test func aFolderNeedNotEndInASlash() throws {
    #expect(try Mirror("https://example.org/mnist") == Mirror("https://example.org/mnist/"))
  }

  @Test(arguments: [
    "http://example.org/mnist/", "ftp://127.0.0.1/", "http://127.0.0.1@example.org/",
    "http://127.0.0.1.example.org/",
  ])
  func insecure(_ address: String) {
    #expect(throws: MirrorError.insecure(address)) { try Mirror(address) }
  }

  @Test(arguments: ["", "mnist", "file:///etc/"]) func noAddress(_ address: String) {
    #expect(throws: MirrorError.notAnAddress(address)) { try Mirror(address) }
  }

  @Test func mnistComesFromTwoMirrorsOverHTTPS() {
    #expect(MNIST.mirrors.count == 2)
    #expect(MNIST.mirrors.allSatisfy { $0.description.hasPrefix("https://") })
  }
}
