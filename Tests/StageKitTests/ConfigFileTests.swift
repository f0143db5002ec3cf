import Layers
import Networks
import Quantization
import StageKit
import TestSupport
import Testing
import Training

private let plain = "heat: 230\ntrays: [{loaves: 4, isFull: true}, {loaves: 2, isFull: false}]\n"

@Suite("Configuration files")
struct ConfigFileTests {
  private struct Oven: Codable, Equatable {
    var heat: Double
    var trays: [Tray]
    var name: String?
    var times: [String: Int]?

    struct Tray: Codable, Equatable {
      var loaves: Int
      var isFull: Bool
    }
  }

  private func decode(_ text: String) throws -> Oven {
    try ConfigFile.decode(Oven.self, from: [UInt8](text.utf8), path: "oven.yaml")
  }

  private func complaint(_ text: String) -> String? { line { _ = try decode(text) } }

  @Test("a file is decoded; optional keys may be there or not")
  func good() throws {
    #expect(
      try decode(plain) == Oven(heat: 230, trays: [.init(loaves: 4, isFull: true), .init(loaves: 2, isFull: false)]))
    let full = try decode(plain + "name: old\ntimes: {rye: 50, wheat: 35}\n")
    #expect(full.name == "old")
    #expect(full.times == ["rye": 50, "wheat": 35])
    #expect(try decode("\u{FEFF}" + plain) == decode(plain))
  }

  @Test(
    "a key that means nothing is refused where it stands",
    arguments: [
      (plain + "haet: 3\n", "haet: unknown key; known here: heat, trays"),
      (
        "heat: 1\ntrays: [{loaves: 4, isFull: true, full: 1}]", "trays[0].full: unknown key; known here: isFull, loaves"
      ),
      (
        "heat: 1\ntrays: [{loaves: 4, isFull: true}, {loaves: 1, isFull: true, l: {a: 1}}]",
        "trays[1].l: unknown key; known here: isFull, loaves"
      ),
      (plain + "haet:\n", "haet: expected a value, found nothing"),
      (plain + "name: null\n", "name: expected a value, found nothing"),
      (plain + "times: {rye: 1, wheat: ~}\n", "times.wheat: expected an integer, found nothing"),
    ])
  func unknownKeys(_ text: String, _ reason: String) {
    #expect(complaint(text) == "oven.yaml: \(reason)")
  }

  @Test(
    "what is missing or of another kind is named, with what stands there",
    arguments: [
      ("heat: 1\n", "trays: expected a value, found none"),
      ("heat: 1\ntrays: [{isFull: true}]", "trays[0].loaves: expected a value, found none"),
      ("heat: hot\ntrays: []", "heat: expected a number, found 'hot'"),
      ("heat: null\ntrays: []", "heat: expected a number, found nothing"),
      ("heat: [1]\ntrays: []", "heat: expected a single value, found a list"),
      ("heat: {a: 1}\ntrays: []", "heat: expected a single value, found a mapping"),
      ("heat: 1\ntrays: {a: 1}", "trays: expected a list, found a mapping"),
      ("heat: 1\ntrays: [3]", "trays[0]: expected a mapping, found '3'"),
      ("heat: 1\ntrays: [{loaves: 1.5, isFull: true}]", "trays[0].loaves: expected an integer, found '1.5'"),
      ("heat: 1\ntrays: [{loaves: 1, isFull: 1}]", "trays[0].isFull: expected true or false, found '1'"),
      (plain + "times: {rye: long}", "times.rye: expected an integer, found 'long'"),
    ])
  func wrongValues(_ text: String, _ reason: String) {
    #expect(complaint(text) == "oven.yaml: \(reason)")
  }

  @Test(
    "what is no mapping at all",
    arguments: [
      ("", "an empty file"), ("# only a comment\n", "an empty file"), ("just words", "'just words'"),
      ("[1, 2]", "a list"), ("null", "nothing"),
    ])
  func notAMapping(_ text: String, _ found: String) {
    #expect(complaint(text) == "oven.yaml: expected a mapping of keys to values, found \(found)")
  }

  @Test("what is not YAML says where, on one line")
  func notYAML() {
    #expect(complaint("heat: {\ntrays: 1\n")?.hasPrefix("oven.yaml: not YAML: line 3, column 1: ") == true)
    #expect(complaint("\t- [")?.hasPrefix("oven.yaml: not YAML: line 1, column 1: ") == true)
    #expect(complaint("heat: 1\nheat: 2\n") == "oven.yaml: not YAML: key 'heat' stands twice in one mapping")
    #expect(complaint("heat: {\n")?.isOneLine == true)
  }

  @Test("what is not UTF-8")
  func notText() {
    let reason = line { _ = try ConfigFile.decode(Oven.self, from: [0x61, 0xFF, 0x0A], path: "oven.yaml") }
    #expect(reason == "oven.yaml: expected text in UTF-8")
  }

  @Test("a training plan: a seed below zero, a misspelt key")
  func plan() {
    func complaint(_ text: String) -> String? {
      line { _ = try ConfigFile.decode(TrainingPlan.self, from: [UInt8](text.utf8), path: "train.yaml") }
    }
    let plan = "epochs: 1\nbatch_size: 2\nlearning_rate: 0.1\n"
    #expect(complaint(plan + "seed: 0") == nil)
    #expect(complaint(plan + "seed: -1") == "train.yaml: seed: expected an integer of at least 0, found '-1'")
    #expect(
      complaint(plan + "seed: 0\nepoch: 3")
        == "train.yaml: epoch: unknown key; known here: batch_size, epochs, learning_rate, seed")
  }

  @Test("a network: defaults are no unknown keys, and a key of another layer's kind is one")
  func network() throws {
    func decode(_ layer: String) throws -> Network {
      let text = "name: N\ninput: {channels: 1, height: 2, width: 2}\nlayers: [\(layer)]"
      return try ConfigFile.decode(Network.self, from: [UInt8](text.utf8), path: "network.yaml")
    }
    #expect(
      try decode("{name: c, type: conv2d, out: 2, kernel: 1}").layers
        == [Layer("c", .conv2d(.init(out: 2, kernel: 1)))])
    #expect(
      line { _ = try decode("{name: r, type: relu, out: 2}") }
        == "network.yaml: layers[0].out: unknown key; known here: name, type")
    let unknown = line { _ = try decode("{name: r, type: tanh}") }
    #expect(unknown?.hasPrefix("network.yaml: layers[0].type: layer 'r': ") == true)
  }

  @Test("a scheme: what a layer's exception may not say")
  func scheme() {
    let text = """
      type: static
      profile: octavo
      activations: {dtype: u8, symmetry: affine, granularity: per_tensor, range: [0, 127], observer: min_max}
      weights: {dtype: s8, symmetry: symmetric, granularity: per_channel, range: [-127, 127], observer: min_max}
      calibration: {batches: 1, batch_size: 1, order: file, seed: 0}

      """
    func complaint(_ more: String) -> String? {
      line { _ = try ConfigFile.decode(QuantizationScheme.self, from: [UInt8]((text + more).utf8), path: "s.yaml") }
    }
    #expect(complaint("") == nil)
    #expect(complaint("layers: {conv1: {weight: {}}}") == "s.yaml: layers.conv1.weight: unknown key")
    #expect(complaint("layers:") == "s.yaml: layers: expected a value, found nothing")
    #expect(
      complaint("layers: {conv1: {weights: {dtype: s8}}}")
        == "s.yaml: layers.conv1.weights.symmetry: expected a value, found none")
  }

  @Test("the error's parts")
  func error() {
    #expect(throws: ConfigError(path: "oven.yaml", reason: "heat: expected a number, found 'x'")) {
      try decode("heat: x\ntrays: []")
    }
  }
}
