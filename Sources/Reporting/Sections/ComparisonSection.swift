import Tables

extension Report {
  /// The schemes beside each other: how each quantizes, and which are worth their cost.
  var comparisonSection: Document.Section {
    Document.Section(
      title: "Schemes", blocks: (history.isEmpty ? [] : [.pictures(planes)]) + [.table(settingsTable(schemes))])
  }

  /// How each scheme quantizes.
  func settingsTable(_ schemes: [some ReportedScheme]) -> Table {
    var table = captioned(
      "How each scheme quantizes.",
      columns: [
        .text("Scheme"), .text("Type"), .text("Profile"), .list("Weights"), .list("Activations"),
        .text("Float layers"),
      ])
    for scheme in schemes {
      guard let settings = scheme.settings else {
        table.append([scheme.name] + [String](repeating: Format.missing, count: 5))
        continue
      }
      table.append([
        scheme.name, settings.type, settings.profile, settings.weights, settings.activations,
        settings.skipped.isEmpty ? "none" : settings.skipped.joined(separator: ", "),
      ])
    }
    return table
  }
}
