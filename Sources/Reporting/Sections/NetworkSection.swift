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

  /// The course of training.
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
    return section("Training", [.table(table)], isMissing: epochs.isEmpty, "epoch was recorded")
  }
}
