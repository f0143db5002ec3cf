import Tables

extension Report {
  /// How to make this again, and how to see that it is the same.
  var reproductionSection: Document.Section {
    var blocks: [Document.Block] = []
    if !commands.isEmpty {
      blocks.append(.paragraph("The same inputs give the same bytes: compare the digests below."))
      blocks.append(.commands(commands))
    }
    blocks += configs.map { .details(title: $0.path, [.file($0)]) }
    if !artifacts.isEmpty { blocks.append(.details(title: "Every file and its digest", [.table(artifactTable)])) }
    return section("How to make this again", blocks, isMissing: blocks.isEmpty, "command was recorded")
  }

  private var artifactTable: Table {
    var table = captioned(
      "Every file and the SHA-256 of its content.",
      columns: [.code("Path"), .text("Kind"), .number("Bytes"), .code("SHA-256")])
    for artifact in artifacts {
      table.append([artifact.path, artifact.kind, Format.integer(artifact.bytes), artifact.sha256])
    }
    return table
  }
}
