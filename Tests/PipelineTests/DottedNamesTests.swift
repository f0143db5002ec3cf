import Testing

/// Layers under the names of modules of modules, as PyTorch has them, through every stage that names a layer.
@Suite("Names with dots")
struct DottedNamesTests {
  private static let names = [
    ("conv1", "layer1.0.conv1"), ("norm1", "layer1.0.bn"), ("relu1", "layer1.0"), ("pool", "features.pool"),
    ("fc1", "net.1"), ("relu2", "net.2"), ("fc2", "3"),
  ]

  private func workshop() throws -> Workshop {
    let workshop = try Workshop()
    for (old, new) in Self.names { try workshop.edit("network.yaml", "{name: \(old),", "{name: \"\(new)\",") }
    for stage in Stage.all { try workshop.succeed(stage) }
    return workshop
  }

  @Test("every stage takes them, and the catalog and the report know the layers by them")
  func stages() throws {
    let workshop = try workshop()
    #expect(
      try workshop.select("SELECT DISTINCT tensor FROM quantization_parameter ORDER BY tensor") == [
        "3", "3.weight", "layer1.0.conv1", "layer1.0.conv1.weight", "net.1", "net.1.weight", "quant",
      ])
    #expect(
      try workshop.select("SELECT DISTINCT layer FROM metric WHERE name = 'sqnr' AND layer <> '' ORDER BY layer")
        .contains("layer1.0.conv1"))
    let report = try workshop.text("report.md")
    for name in ["layer1.0.conv1", "net.1"] { #expect(report.contains(name)) }
    let int8 = try workshop.checkpoint("convert.safetensors")
    #expect(try int8.s8("layer1.0.conv1.weight").count == 36 && int8.f32("net.1.scale").count == 1)
  }

  @Test("a scheme names a layer by its whole name; a qat scheme and the cost of each layer as well")
  func schemes() throws {
    let workshop = try workshop()
    try workshop.edit("octavo.yaml", "profile: octavo", "profile: octavo\nlayers: {net.1: {skip: true}}")
    for stage in [Stage.calibrate, .convert, .evaluate] { try workshop.succeed(stage) }
    #expect(try workshop.checkpoint("convert.safetensors").f32("net.1.weight").count == 16 * 196)
    let sensitivity = try workshop.run(
      "sensitivity",
      ["--input", "calibrate.safetensors", "data/manifest.json", "--output", "sensitivity.json"])
    #expect(sensitivity.code == 0, "\(sensitivity.errors)")
    #expect(try workshop.text("sensitivity.json").contains("layer1.0.conv1"))
    try workshop.write(
      "type: qat\nprofile: octavo\n" + SchemeTypesTests.weights
        + "activations: {dtype: u8, symmetry: affine, granularity: per_tensor, range: [0, 127], observer: min_max}\n"
        + "training: {epochs: 1, batch_size: 20, learning_rate: 0.001, seed: 5, freeze_observers: 1, freeze_batch_norm: 1}\n",
      to: "qat.yaml")
    let qat = try workshop.run(
      "qat",
      ["--config", "qat.yaml", "--input", "train.safetensors", "data/manifest.json", "--output", "qat.safetensors"])
    #expect(qat.code == 0, "\(qat.errors)")
    let convert = try workshop.run("convert", ["--input", "qat.safetensors", "--output", "qat.int8"])
    #expect(convert.code == 0, "\(convert.errors)")
  }
}
