import Tables

extension Report {
  /// For each layer its weights and its outputs, with the int8 grid under them.
  func histograms(_ scheme: Scheme) -> [Picture] {
    scheme.layers.flatMap { layer in
      [
        histogram(layer.weight, of: "\(layer.name).weight", "\(layer.name): weights", scheme),
        histogram(
          layer.output, of: layer.name, layer.weight == nil ? "\(layer.name): input" : "\(layer.name): outputs", scheme),
      ].compactMap { $0 }
    }
  }

  private func histogram(_ fidelity: Fidelity?, of tensor: String, _ title: String, _ scheme: Scheme) -> Picture? {
    guard let fidelity, let values = fidelity.values else { return nil }
    let scales = scheme.scales.filter { $0.tensor == tensor }.sorted { $0.scale < $1.scale }
    let ends = scales.count > 1 ? [scales[scales.count - 1], scales[0]] : scales
    let grids = zip(ends, ["widest channel", "narrowest channel"]).map { scale, name in
      HistogramChart.Grid(
        label: scales.count > 1 ? "\(name), \(scale.channel)" : "int8 grid", scale: Double(scale.scale),
        zeroPoint: Int(scale.zeroPoint), quantMin: Int(scale.quantized.lowerBound),
        quantMax: Int(scale.quantized.upperBound))
    }
    let clipped = fidelity.clipped.map { "; \(Format.share($0)) clipped" } ?? ""
    let sqnr = "SQNR \(Format.decimal(fidelity.sqnr, places: 1)) dB"
    return HistogramChart(
      caption: warned("\(title). \(sqnr)\(clipped)."), lower: values.low, upper: values.high, counts: values.counts,
      grids: grids
    ).picture
  }

  /// The scales of every tensor that has one for each channel.
  func scalePlots(_ scheme: Scheme) -> [Picture] {
    tensors(of: scheme).filter { $0.scales.count > 1 }.map { tensor, scales in
      ScalePlot(caption: warned("\(tensor): the scale of each channel."), scales: scales.map { Double($0.scale) })
        .picture
    }
  }

  /// What both files' bytes are spent on.
  func bytes(_ scheme: Scheme) -> [Document.Block] {
    let rows = byteRows(scheme)
    if rows.isEmpty { return [] }
    var table = captioned(
      "\(scheme.name): bytes by tensor.", columns: [.code("Tensor"), .number("float32"), .number("int8")])
    for row in rows {
      table.append([
        row.label, row.float32.map { Format.integer($0) } ?? Format.missing,
        row.int8.map { Format.integer($0) } ?? Format.missing,
      ])
    }
    table.append(["the file", Format.integer(scheme.float32.bytes), Format.integer(scheme.int8.bytes)])
    return [
      .pictures([
        BytesChart(caption: warned("\(scheme.name): bytes by tensor, float32 beside int8."), rows: rows).picture
      ]),
      .details(title: "The same in figures", [.table(table)]),
    ]
  }

  private func byteRows(_ scheme: Scheme) -> [BytesChart.Row] {
    let (float32, int8) = (scheme.float32.tensors, scheme.int8.tensors)
    if float32.isEmpty && int8.isEmpty { return [] }
    let names = Set(float32.map(\.name))
    var rows = float32.map { tensor in
      BytesChart.Row(
        label: tensor.name, float32: tensor.bytes, int8: int8.first { $0.name == tensor.name }?.bytes)
    }
    let parameters = int8.filter { !names.contains($0.name) }.reduce(0) { $0 + $1.bytes }
    rows.append(.init(label: "scales, zero points, ranges", float32: nil, int8: parameters))
    func header(_ figures: Figures) -> Int64 { figures.bytes - figures.tensors.reduce(0) { $0 + $1.bytes } }
    rows.append(.init(label: "the file's header", float32: header(scheme.float32), int8: header(scheme.int8)))
    return rows
  }
}
