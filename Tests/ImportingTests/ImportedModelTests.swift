import Importing
import Networks
import TestSupport
import Tensors
import Testing

@Suite struct ImportedModelTests {
  private static let network = Network(
    1, 2, 2, [.conv2d(Conv2d(out: 2, kernel: 2)), .batchNorm2d(BatchNorm2d()), .flatten, .linear(Linear(out: 3))])

  private static func tensors(_ prefix: String = "") -> [RawFile.Entry] {
    [
      RawFile.f32(prefix + "l0.weight", [2, 1, 2, 2], 0.5), RawFile.f32(prefix + "l0.bias", [2], 1),
      RawFile.f32(prefix + "l1.weight", [2], 2), RawFile.f32(prefix + "l1.bias", [2], 3),
      RawFile.f32(prefix + "l1.running_mean", [2], 4), RawFile.f32(prefix + "l1.running_var", [2], 5),
      RawFile.wide(prefix + "l1.num_batches_tracked", "I64", []),
      RawFile.f32(prefix + "l3.weight", [3, 2], 6), RawFile.f32(prefix + "l3.bias", [3], 7),
    ]
  }

  private func imported(_ entries: [RawFile.Entry], metadata: [String: String] = [:]) throws -> ImportedModel {
    try ImportedModel(RawFile(entries: entries, metadata: metadata).stateDict(), as: Self.network, of: "network.yaml")
  }

  private func complaint(_ entries: [RawFile.Entry]) -> String? {
    line { _ = try imported(entries) }
  }

  private static func replacing(_ name: String, by entry: RawFile.Entry?) -> [RawFile.Entry] {
    tensors().flatMap { $0.name == name ? entry.map { [$0] } ?? [] : [$0] }
  }

  @Test func aStateDictIsTakenAsItIs() throws {
    let imported = try imported(Self.tensors())
    #expect(imported.model.network == Self.network)
    let values: [String: Float] = [
      "l0.weight": 0.5, "l0.bias": 1, "l1.weight": 2, "l1.bias": 3, "l1.running_mean": 4, "l1.running_var": 5,
      "l3.weight": 6, "l3.bias": 7,
    ]
    #expect(Set(imported.model.parameters.keys) == Set(values.keys))
    for (name, value) in values { #expect(imported.model.values(name).allSatisfy { $0 == value }, "\(name)") }
    #expect(imported.remarks == ["1 num_batches_tracked left out: nothing is computed with them"])
  }

  @Test(arguments: ["module.", "model.", "_orig_mod.", "net.", "backbone.", "_orig_mod.module.", "l0."])
  func whatStandsBeforeEveryNameIsTakenAwayAndSaid(_ prefix: String) throws {
    let imported = try imported(Self.tensors(prefix))
    #expect(imported.model.values("l3.weight") == [Float](repeating: 6, count: 6))
    #expect(imported.remarks.first == "names are taken without '\(prefix)', which stands before each")
  }

  @Test func halvesAreWidenedAndItIsSaid() throws {
    var tensors = Self.tensors()
    tensors[0] = RawFile.f16("l0.weight", [2, 1, 2, 2], 0x1p-24)
    tensors[1] = RawFile.bf16("l0.bias", [2], 1.5)
    tensors[2] = RawFile.f16("l1.weight", [2], -2)
    let imported = try imported(tensors)
    #expect(imported.model.values("l0.weight") == [Float](repeating: 0x1p-24, count: 8))
    #expect(imported.model.values("l0.bias") == [1.5, 1.5] && imported.model.values("l1.weight") == [-2, -2])
    #expect(
      imported.remarks.prefix(2) == [
        "2 tensors of F16 widened to F32, no number changed", "1 tensor of BF16 widened to F32, no number changed",
      ])
  }

  // Would catch an importer that stops at the first.
  @Test func everythingThatDoesNotFitIsNamedAtOnce() {
    var tensors = Self.tensors()
    tensors.removeAll { ["l1.running_var", "l3.bias"].contains($0.name) }
    tensors[0] = RawFile.f32("l0.weight", [2, 3, 2, 2])
    tensors[1] = RawFile.wide("l0.bias", "F64", [2])
    tensors += [RawFile.f32("head.10.weight", [1]), RawFile.f32("head.9.weight", [4, 4])]
    #expect(
      complaint(tensors)
        == "the tensors are not those of network.yaml: 2 missing: 'l1.running_var' [2], 'l3.bias' [3]; "
        + "2 that no layer uses: 'head.9.weight' [4, 4], 'head.10.weight' [1]; "
        + "1 of another shape: 'l0.weight' expected [2, 1, 2, 2], found [2, 3, 2, 2]; "
        + "1 of a type that is not F32, F16 or BF16: 'l0.bias' F64; "
        + "change network.yaml or the file; describe prints what the file holds; save weights as float32: tensor.float()"
    )
  }

  @Test func behindAPrefixNamesAreThoseOfTheFile() {
    var tensors = Self.tensors("module.")
    tensors.removeLast()
    #expect(
      complaint(tensors + [RawFile.wide("n_averaged", "I64", [])])
        == "the tensors are not those of network.yaml, names taken behind 'module.': 1 missing: 'module.l3.bias' [3]; "
        + "1 that no layer uses: 'n_averaged' []; change network.yaml or the file; describe prints what the file holds")
  }

  @Test(arguments: ["F64", "I64", "U64"]) func aTypeThatIsNotWidenedSaysWhatToDo(_ type: String) {
    #expect(
      complaint(Self.replacing("l3.bias", by: RawFile.wide("l3.bias", type, [3])))
        == "the tensors are not those of network.yaml: 1 of a type that is not F32, F16 or BF16: 'l3.bias' \(type); "
        + "save weights as float32: tensor.float()")
  }

  @Test func integersAreNoWeights() {
    #expect(
      complaint(Self.replacing("l3.bias", by: ("l3.bias", "I8", [3], [1, 2, 3])))?.contains("'l3.bias' I8;") == true)
  }

  @Test func badNumbersAreAllNamed() {
    var tensors = Self.replacing("l3.bias", by: RawFile.f32("l3.bias", [3], .nan))
    tensors[0] = RawFile.f16("l0.weight", [2, 1, 2, 2], .infinity)
    tensors[5] = RawFile.f32("l1.running_var", [2], -1)
    #expect(
      complaint(tensors)
        == "the tensors are not those of network.yaml: 3 with bad numbers: "
        + "'l0.weight' expected finite numbers, found inf at index 0, "
        + "'l1.running_var' expected variances of at least 0, found -1.0 at index 0, "
        + "'l3.bias' expected finite numbers, found nan at index 0; save the model of an epoch before its numbers went bad"
    )
  }

  @Test func aFileWithoutTensorsLacksThemAll() {
    #expect(complaint([])?.hasPrefix("the tensors are not those of network.yaml: 8 missing: 'l0.bias' [2], ") == true)
  }

  // Would catch a message of a megabyte.
  @Test func ofManyNamesSomeAreWritten() throws {
    let strangers = (0..<5000).map { RawFile.f32("x\($0).\\u001B[2J" + String(repeating: "y", count: 500), [1]) }
    let error = try #require(complaint(Self.tensors() + strangers))
    #expect(error.contains("5000 that no layer uses: 'x0.\\u{1B}[2Jyyyy") && error.contains(" and 4992 more; "))
    #expect(error.count < 2000 && error.isOneLine)
  }

  // A counter of a layer that is no batch normalization belongs to a layer that network.yaml lacks.
  @Test func aCounterOfNoNormalizationIsUnknown() {
    #expect(
      complaint(Self.tensors() + [RawFile.wide("l3.num_batches_tracked", "I64", [])])?
        .contains("1 that no layer uses: 'l3.num_batches_tracked' []") == true)
  }

  // safetensors.torch.save_model leaves a tied tensor out, and says in metadata under which name it stands.
  @Test func aTiedTensorIsFoundUnderItsOtherName() throws {
    let entries = Self.tensors().filter { $0.name != "l1.weight" }
    let imported = try imported(entries, metadata: ["l1.weight": "l0.bias", "format": "pt"])
    #expect(imported.model.values("l1.weight") == [1, 1])
    #expect(imported.remarks.contains("'l1.weight' is tied to 'l0.bias', as the file says"))
  }

  @Test func dottedNamesAreTakenAsTheyAre() throws {
    let network = Network(
      name: "N", input: ImageShape(channels: 1, height: 1, width: 1),
      layers: [
        Layer("layer1.0.conv1", .conv2d(Conv2d(out: 2, kernel: 1, bias: false))), Layer("flat", .flatten),
        Layer("net.1", .linear(Linear(out: 2, bias: false))),
      ])
    let file = RawFile(entries: [
      RawFile.f32("layer1.0.conv1.weight", [2, 1, 1, 1], 1), RawFile.f32("net.1.weight", [2, 2], 2),
    ])
    let imported = try ImportedModel(file.stateDict(), as: network, of: "network.yaml")
    #expect(imported.remarks.isEmpty && imported.model.values("net.1.weight") == [2, 2, 2, 2])
  }
}
