import Files
import Foundation
import TestSupport
import Testing

@Suite struct FileIdentityTests {
  private let folder: TemporaryFolder
  init() throws {
    folder = try TemporaryFolder()
    try folder.write("a", to: "a")
    try folder.write("a", to: "twin")
    try FileManager.default.createDirectory(atPath: folder.path("d"), withIntermediateDirectories: false)
    try FileManager.default.linkItem(atPath: folder.path("a"), toPath: folder.path("hard"))
    for (name, target) in [
      ("soft", "a"), ("absolute", folder.path("a")), ("folder", "d"), ("dangling", "none"), ("twice", "dangling"),
      ("loop", "pool"), ("pool", "loop"), ("far", "nowhere/none"),
    ] {
      try FileManager.default.createSymbolicLink(atPath: folder.path(name), withDestinationPath: target)
    }
  }

  private func identity(_ name: String) -> FileIdentity { FileIdentity(path: folder.path(name)) }

  @Test(arguments: [
    ("a", "a"), ("a", "./a"), ("a", "d/../a"), ("a", ".//a"), ("a", "hard"), ("a", "soft"), ("a", "absolute"),
    ("a", "folder/../a"), ("none", "./none"), ("none", "d/../none"), ("none", "dangling"), ("none", "twice"),
    ("d/none", "folder/none"), ("new/none", "new/./none"), ("new/none", "new/b/../none"), ("none", "new/../none"),
    ("none", "new/b/../../none"), ("nowhere/none", "far"), ("a", "new/../a"),
  ])
  func isTheSame(_ one: String, _ other: String) {
    #expect(identity(one) == identity(other))
  }

  @Test(arguments: [
    ("a", "twin"), ("a", "none"), ("none", "other"), ("none", "d/none"), ("new/none", "none"), ("new/a", "a"),
    ("new/a/b", "new/b/a"), ("loop", "pool"), ("d", "a"),
  ])
  func isAnother(_ one: String, _ other: String) {
    #expect(identity(one) != identity(other))
  }

  @Test func aPathWithoutASlashStartsAtTheWorkingFolder() {
    let name = "no-such-file-\(UUID().uuidString)"
    #expect(FileIdentity(path: name) == FileIdentity(path: FileManager.default.currentDirectoryPath + "/" + name))
  }

  @Test(arguments: ["/", "//", "/..", "/../.."]) func theRootIsTheRoot(_ path: String) {
    #expect(FileIdentity(path: path) == FileIdentity(path: "/"))
  }
}
