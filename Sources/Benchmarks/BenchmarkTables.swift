import Tables

extension BenchmarkReport {
  /// What a person sees at the end: kernels, whole networks, growth, each in a table of its own.
  /// - Parameter title: what was measured, `mnist-cnn octavo`.
  public func tables(title: String) -> String {
    let parts = [ceilingTable, kernelTable, networkTable, growthTable, exponentTable].map { $0(title) }
    return parts.filter { !$0.rows.isEmpty }.map { $0.plain() }.joined(separator: "\n")
  }

  /// The largest number of threads that anything ran on.
  private var threads: Int { rows.map(\.threads).max() ?? 1 }

  private func rows(of kind: BenchmarkRow.Kind) -> [BenchmarkRow] { rows.filter { $0.kind == kind } }

  /// A line for each loop: one thread, then all.
  func ceilingTable(_ title: String) -> Table {
    let threads = Set(ceilings.map(\.threads)).sorted()
    var table = Table(
      "\(title): what this machine can reach: multiplications and additions in registers, GOP/s.",
      columns: [.text("Loop")] + threads.map { .number(threadWord($0)) })
    for loop in ceilings.map(\.loop) where !table.rows.contains(where: { $0[0].text == loop }) {
      table.append(
        [loop]
          + threads.map { threads in
            ceilings.first { $0.loop == loop && $0.threads == threads }.map { Format.rate($0.rate) } ?? Format.missing
          })
    }
    return table
  }

  /// A line for each kernel and shape: one thread, then all.
  func kernelTable(_ title: String) -> Table {
    let kernels = rows(of: .kernel)
    var columns: [Table.Column] = [.text("Kernel"), .text("Shape"), .number("1 thread"), .text(""), .number("ceiling")]
    if threads > 1 { columns += [.number(threadWord(threads)), .number("ceiling")] }
    let set = kernels.first?.instructionSet ?? ""
    var table = Table(
      "\(title): kernels of \(set), equal to scalar, and how near they come to a loop in registers or a copy.",
      columns: columns)
    for row in kernels where row.threads == 1 {
      var cells = [row.name, row.shape, Format.rate(row.rate), row.unit.rawValue, percent(row)]
      if threads > 1 {
        let wide = kernels.first { $0.threads == threads && $0.name == row.name && $0.shape == row.shape }
        cells += [wide.map { Format.rate($0.rate) } ?? Format.missing, wide.map(percent) ?? Format.missing]
      }
      table.append(cells)
    }
    return table
  }

  /// A line for each batch and number of threads: both models, and how many times faster int8 is.
  func networkTable(_ title: String) -> Table {
    let networks = rows(of: .endToEnd)
    let passes = networks.map(\.timing.passes).min() ?? 0
    var table = Table(
      "\(title): images/s on \(dataset), medians of \(passes) passes in turn, and how far the slowest was off the fastest.",
      columns: [
        .number("Batch"), .number("Threads"), .number("float32"), .number("ceiling"), .number("spread"),
        .number("int8"), .number("ceiling"), .number("spread"), .number("int8 / float32"),
      ])
    for float in networks where float.name == "float32" {
      guard
        let int8 = networks.first(where: {
          $0.name == "int8" && $0.batch == float.batch && $0.threads == float.threads
        })
      else { continue }
      table.append(
        ["\(float.batch)", "\(float.threads)"]
          + [float, int8].flatMap { [Format.rate($0.rate), percent($0), share($0.timing.spread)] }
          + [Format.ratio(int8.rate / float.rate)])
    }
    return table
  }

  /// A line for each size.
  func growthTable(_ title: String) -> Table {
    var table = Table(
      "\(title): how time and memory grow.",
      columns: [
        .text("Work"), .text("Shape"), .number("Images"), .number("Batch"), .number("Threads"),
        .number("Milliseconds"), .number("spread"), .number("Memory"),
      ])
    for row in rows(of: .growth) {
      table.append([
        row.name, row.shape, Format.integer(row.images), "\(row.batch)", "\(row.threads)",
        Format.decimal(1000 * row.timing.median, places: 3), share(row.timing.spread),
        row.memoryBytes.map(Format.bytes) ?? Format.missing,
      ])
    }
    return table
  }

  /// A line for each law.
  func exponentTable(_ title: String) -> Table {
    var table = Table(
      "\(title): exponents, by least squares on logarithms: 1 grows as the size does, 0 not at all.",
      columns: [.text("Model"), .text("Over"), .text("Sizes"), .number("Time"), .number("Memory")])
    for fit in growth {
      let few = fit.sizes.count < 4 ? " (no more on this machine)" : ""
      table.append([
        fit.model, fit.over.rawValue, fit.sizes.map(String.init).joined(separator: " ") + few,
        fit.timeExponent.map { Format.decimal($0, places: 2) } ?? Format.missing,
        fit.memoryExponent.map { Format.decimal($0, places: 2) } ?? Format.missing,
      ])
    }
    return table
  }

  private func percent(_ row: BenchmarkRow) -> String {
    row.percentOfCeiling.map { Format.decimal($0, places: 0) + " %" } ?? Format.missing
  }

  private func share(_ fraction: Double) -> String { Format.decimal(100 * fraction, places: 0) + " %" }

  private func threadWord(_ count: Int) -> String { "\(count) thread\(count == 1 ? "" : "s")" }
}
