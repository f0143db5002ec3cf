import Tables

extension Report {
  /// The network, before and after each rewriting.
  var networkSection: Document.Section {
    let converted = schemes.first.map { ", converted by scheme \($0.name)" } ?? ""
    let caption = "What becomes of each layer\(converted)."
    return section(
      "The network", [.pictures([NetworkPicture(caption: warned(caption), stages: networks).picture])],
      isMissing: networks.isEmpty, "network was recorded")
  }

  /// The course of training, or where the float model came from.
  var trainingSection: Document.Section {
    var table = captioned(
      "The course of training.",
      columns: [
        .number("Epoch"), .number("Loss"), .number("Training accuracy"), .number("Test accuracy"),
        .number("Seconds"),
      ])
    for epoch in epochs {
      table.append([
        Format.integer(epoch.number), Format.decimal(epoch.loss, places: 4),
        epoch.trainAccuracy.map(Format.percent) ?? Format.missing,
        epoch.testAccuracy.map(Format.percent) ?? Format.missing, Format.decimal(epoch.seconds, places: 1),
      ])
    }
    let origin = brought.map { file in
      "The float model was not trained by this pipeline. It was brought as \(file.path), \(Format.bytes(file.bytes)), "
        + "SHA-256 \(file.sha256)."
    }
    let blocks = (origin.map { [.paragraph($0)] } ?? []) + (epochs.isEmpty ? [] : [Document.Block.table(table)])
    return section("Training", blocks, isMissing: blocks.isEmpty, "epoch was recorded")
  }
}
