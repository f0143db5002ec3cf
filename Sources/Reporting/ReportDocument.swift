extension Report {
  /// The report's sections, in the order of a reader's questions: what came of it, on what, layer by layer,
  /// and how to check it.
  var document: Document {
    Document(
      title: title,
      banner: dataset.isSynthetic
        ? "\(Self.syntheticWarning). A program drew these digits; no figure here says anything about MNIST."
        : nil,
      lede: lede,
      sections: [results, comparison, accuracySection, fileSizeSection, speedSection, dataSection, trainingSection]
        + schemes.map(section) + [artifactSection, commandSection, environmentSection])
  }

  private var lede: String {
    let test = dataset.testImages.map { ", tested on \(Format.integer($0)) images" } ?? ""
    let names = schemes.map(\.name).joined(separator: ", ")
    let schemeText =
      switch schemes.count {
      case 0: "No quantization scheme was evaluated"
      case 1: "One quantization scheme: \(names)"
      default: "\(schemes.count) quantization schemes: \(names)"
      }
    return "A float32 network and its int8 twin on \(dataset.name)\(test). \(schemeText)."
  }

  private var results: Document.Section {
    section(
      "Results", [.table(summary(isTerminal: false))], isMissing: schemes.isEmpty, "scheme was evaluated")
  }

  private var comparison: Document.Section {
    var table = captioned(
      "Every scheme beside the others: how it quantizes, and what it costs and gains.",
      columns: [
        .code("Scheme"), .text("Type"), .text("Profile"), .text("Weights"), .text("Activations"), .number("int8"),
        .number("Change"), .number("Smaller"), .number("Faster"),
      ])
    for scheme in schemes {
      table.append([
        scheme.name, scheme.settings?.type ?? Format.missing, scheme.settings?.profile ?? Format.missing,
        scheme.settings?.weights ?? Format.missing, scheme.settings?.activations ?? Format.missing,
        Format.percent(scheme.int8.accuracy), Format.points(scheme.accuracyChange), Format.ratio(scheme.sizeRatio),
        scheme.speedRatio.map { Format.ratio($0) } ?? Format.missing,
      ])
    }
    return section("Schemes", [.table(table)], isMissing: schemes.isEmpty, "scheme was evaluated")
  }

  private var accuracySection: Document.Section {
    var table = captioned(
      "Share of test images classified rightly; the change is int8 less float32, in percentage points.",
      columns: [
        .text("Scheme"), .number("float32"), .number("int8"), .number("Change"), .number("Same decision"),
      ])
    for scheme in schemes {
      table.append([
        scheme.name, Format.percent(scheme.float32.accuracy), Format.percent(scheme.int8.accuracy),
        Format.points(scheme.accuracyChange), scheme.agreement.map(Format.percent) ?? Format.missing,
      ])
    }
    // Bars of 98.7 % and 98.6 % look alike; their errors do not.
    let chart = bars("Test images classified wrongly; shorter is better.") { figures in
      (1 - figures.accuracy, Format.percent(1 - figures.accuracy))
    }
    return section(
      "Accuracy", [.table(table), .bars(chart)], isMissing: schemes.isEmpty, "accuracy was measured")
  }

  private var fileSizeSection: Document.Section {
    var table = captioned(
      "Size of the checkpoint files, a kilobyte being 1,000 bytes.",
      columns: [
        .text("Scheme"), .number("float32"), .number("int8"), .number("float32 bytes"), .number("int8 bytes"),
        .number("Ratio"),
      ])
    for scheme in schemes {
      table.append([
        scheme.name, Format.bytes(scheme.float32.bytes), Format.bytes(scheme.int8.bytes),
        Format.integer(scheme.float32.bytes), Format.integer(scheme.int8.bytes),
        Format.ratio(scheme.sizeRatio),
      ])
    }
    let chart = bars("File size; shorter is better.") { figures in
      (Double(figures.bytes), Format.bytes(figures.bytes))
    }
    return section(
      "File size", [.table(table), .bars(chart)], isMissing: schemes.isEmpty, "file was measured")
  }

  private var speedSection: Document.Section {
    let timed = schemes.filter { $0.speedRatio != nil }
    var table = captioned(
      "Images inferred in a second, and what the figures depend on.",
      columns: [
        .text("Scheme"), .number("float32"), .number("int8"), .number("Ratio"), .number("Batch"),
        .number("Threads"), .text("Instruction set"),
      ])
    for scheme in timed {
      table.append([
        scheme.name, scheme.float32.imagesPerSecond.map(Format.rate) ?? Format.missing,
        scheme.int8.imagesPerSecond.map(Format.rate) ?? Format.missing,
        scheme.speedRatio.map { Format.ratio($0) } ?? Format.missing,
        scheme.measurement.map { Format.integer($0.batch) } ?? Format.missing,
        scheme.measurement.map { Format.integer($0.threads) } ?? Format.missing,
        scheme.measurement?.instructionSet ?? Format.missing,
      ])
    }
    let chart = bars("Images per second; longer is better.") { figures in
      figures.imagesPerSecond.map { ($0, Format.rate($0)) }
    }
    return section("Speed", [.table(table), .bars(chart)], isMissing: timed.isEmpty, "speed was measured")
  }

  /// A bar for each network whose figure was measured, float32 above int8, scheme by scheme; one float32
  /// for all where they do not differ.
  private func bars(_ caption: String, _ figure: (Figures) -> (value: Double, text: String)?) -> BarChart {
    let pairs = schemes.flatMap { scheme in
      [
        ("float32", scheme.float32, BarChart.Kind.float32), ("int8 \(scheme.name)", scheme.int8, .int8),
      ]
    }
    let bars = pairs.compactMap { label, figures, kind in
      figure(figures).map { BarChart.Bar(label: label, value: $0.value, text: $0.text, kind: kind) }
    }
    let floats = bars.filter { $0.kind == .float32 }
    let isShared = floats.dropFirst().allSatisfy { $0.text == floats[0].text }
    return BarChart(
      caption: warned(caption),
      bars: isShared ? floats.prefix(1) + bars.filter { $0.kind == .int8 } : bars)
  }

  private var dataSection: Document.Section {
    var facts = [Fact("Dataset", dataset.isSynthetic ? warned(dataset.name) : dataset.name)]
    if let images = dataset.trainImages { facts.append(Fact("Training images", Format.integer(images))) }
    if let images = dataset.testImages { facts.append(Fact("Test images", Format.integer(images))) }
    facts += seeds
    let layers: Document.Block =
      network.isEmpty ? .paragraph("No description of the network was recorded.") : .list(network)
    return Document.Section(title: "Network and data", blocks: [.facts(facts), layers])
  }

  private var trainingSection: Document.Section {
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

  private var artifactSection: Document.Section {
    var table = captioned(
      "Every file and the SHA-256 of its content.",
      columns: [.code("Path"), .text("Kind"), .number("Bytes"), .code("SHA-256")])
    for artifact in artifacts {
      table.append([artifact.path, artifact.kind, Format.integer(artifact.bytes), artifact.sha256])
    }
    return section("Artifacts", [.table(table)], isMissing: artifacts.isEmpty, "artifact was recorded")
  }

  private var commandSection: Document.Section {
    section(
      "How to make this again",
      [.paragraph("The same inputs give the same bytes: compare the digests above."), .commands(commands)],
      isMissing: commands.isEmpty, "command was recorded")
  }

  private var environmentSection: Document.Section {
    section("Environment", [.facts(environment)], isMissing: environment.isEmpty, "environment was recorded")
  }

  /// A section, that says so when there is nothing in it.
  func section(
    _ title: String, _ blocks: [Document.Block], isMissing: Bool, _ what: String
  ) -> Document.Section {
    Document.Section(title: title, blocks: isMissing ? [.paragraph("No \(what).")] : blocks)
  }
}
