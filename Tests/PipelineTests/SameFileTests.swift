import Foundation
import Testing

@Suite("An output that is another file of the call is refused, and nothing is changed")
struct SameFileTests {
  private let workshop: Workshop
  init() throws {
    workshop = try Workshop.finished()
    try FileManager.default.createSymbolicLink(
      atPath: workshop.path("soft.safetensors"), withDestinationPath: "train.safetensors")
    try FileManager.default.linkItem(
      atPath: workshop.path("train.safetensors"), toPath: workshop.path("hard.safetensors"))
    try workshop.write("", to: "exported/x")
    try FileManager.default.linkItem(atPath: workshop.path("catalog.sqlite"), toPath: workshop.path("exported/run.csv"))
  }

  private static let fuse = ["--input", "train.safetensors", "data/manifest.json", "--catalog", "catalog.sqlite"]
  private static let check = [
    "--config", "limits.yaml", "--catalog", "catalog.sqlite", "--pipeline", "tiny", "--scheme", "octavo",
  ]

  @Test(arguments: [
    ("fuse", fuse + ["--output", "train.safetensors"], "--output train.safetensors", "--input train.safetensors"),
    (
      "fuse", fuse + ["--output", "./data/../train.safetensors"], "--output ./data/../train.safetensors",
      "--input train"
    ),
    ("fuse", fuse + ["--output", "soft.safetensors"], "--output soft.safetensors", "--input train.safetensors"),
    ("fuse", fuse + ["--output", "hard.safetensors"], "--output hard.safetensors", "--input train.safetensors"),
    ("fuse", fuse + ["--output", "data/manifest.json"], "--output data/manifest.json", "--input data/manifest.json"),
    ("fuse", fuse + ["--output", "catalog.sqlite"], "--output catalog.sqlite", "--catalog catalog.sqlite"),
    ("fuse", fuse + ["--output", "catalog.sqlite-journal"], "--output catalog.sqlite-journal", "--catalog catalog.sq"),
    (
      "train",
      ["--config", "network.yaml", "train.yaml", "--input", "data/manifest.json", "--output", "train.yaml"],
      "--output train.yaml", "--config train.yaml"
    ),
    (
      "fetch-mnist", ["--output", "data/manifest.json", "--catalog", "data/manifest.json"],
      "--output data/manifest.json", "--catalog data/manifest.json"
    ),
    (
      "report",
      [
        "--config", "limits.yaml", "--input", "train.safetensors", "data/manifest.json", "metrics.json", "--output",
        "new.html", "--catalog", "new.md", "--pipeline", "tiny",
      ], "--output new.md", "--catalog new.md"
    ),
    (
      "bench",
      [
        "--input", "fuse.safetensors", "convert.safetensors", "data/manifest.json", "--output", "convert.safetensors",
      ], "--output convert.safetensors", "--input convert.safetensors"
    ),
    ("check", check + ["--junit", "limits.yaml"], "--junit limits.yaml", "--config limits.yaml"),
    ("check", check + ["--junit", "catalog.sqlite"], "--junit catalog.sqlite", "--catalog catalog.sqlite"),
    ("check", check + ["--junit", "new", "--summary", "./new"], "--summary ./new", "--junit new"),
    (
      "check", check + ["--baseline", "base.yaml", "--summary", "base.yaml"], "--summary base.yaml",
      "--baseline base.yaml"
    ),
    (
      "baseline",
      ["--catalog", "catalog.sqlite", "--pipeline", "tiny", "--scheme", "octavo", "--output", "catalog.sqlite"],
      "--output catalog.sqlite", "--catalog catalog.sqlite"
    ),
    (
      "inspect", ["export", "--catalog", "catalog.sqlite", "--to", "exported"], "--to exported/run.csv",
      "--catalog catalog.sqlite"
    ),
  ])
  func isRefused(_ program: String, _ arguments: [String], _ output: String, _ other: String) throws {
    let files = try workshop.files()
    let before = files.map { try? workshop.sha256($0) }
    let ending = try workshop.run(program, arguments)
    #expect(ending.code == 1)
    #expect(ending.output == "")
    let name = program == "inspect" ? "inspect export" : program
    #expect(ending.errors.hasPrefix("\(name): error: \(output): the same file as \(other)"))
    #expect(ending.errors.hasSuffix(", which would be lost; name another\n"))
    #expect(ending.errorLines.count == 1)
    #expect(try workshop.files() == files)
    #expect(files.map { try? workshop.sha256($0) } == before)
  }
}
