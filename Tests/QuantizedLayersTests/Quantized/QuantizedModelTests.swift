import Int8Linear
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

@Suite struct QuantizedModelTests {
  private let network = Network(
    1, 4, 4,
    [
      .conv2d(Conv2d(out: 3, kernel: 3, relu: true)), .maxPool2d(MaxPool2d(kernel: 2)), .flatten,
      .linear(Linear(out: 2)),
    ])

  private func model(_ profile: NumericProfile = .octavo) throws -> QuantizedModel {
    try QuantizedModel(random: network, profile: profile, seed: 5)
  }

  /// The error of a model of `tensors` after a change.
  private func error(_ profile: NumericProfile = .octavo, _ change: (inout [String: Tensor]) -> Void) throws
    -> String?
  {
    var tensors = try model(profile).tensors
    change(&tensors)
    do {
      _ = try QuantizedModel(network: network, profile: profile, tensors: tensors)
      return nil
    } catch {
      return "\(error)"
    }
  }

  // Would catch a tensor that is written and not read, and a bias that changes its type.
  @Test(arguments: NumericProfile.allCases) func tensorsComeBackAsTheModel(_ profile: NumericProfile) throws {
    let model = try model(profile)
    #expect(try QuantizedModel(network: network, profile: profile, tensors: model.tensors) == model)
    let metadata = ["network": network.json, "type": "static", "profile": profile.rawValue, "other": "ignored"]
    #expect(try QuantizedModel(metadata: metadata, tensors: model.tensors) == model)
    #expect(model.tensors["l0.bias"]?.dtype == profile.biasType)
    #expect(model.tensors["l0.weight"]?.shape == [3, 1, 3, 3])
  }

  @Test(arguments: [
    [:], ["network": "{}"], ["profile": "octavo"], ["network": "{}", "type": "static"],
    ["network": "{}", "profile": "octavo"], ["type": "static", "profile": "octavo"],
    ["network": "{}", "type": "static", "profile": "tflite"], ["network": "{}", "type": "fp4", "profile": "octavo"],
  ])
  func metadataMustSayNetworkTypeAndProfile(_ metadata: [String: String]) throws {
    let tensors = try model().tensors
    #expect(throws: QuantizedModelError.missingMetadata) {
      try QuantizedModel(metadata: metadata, tensors: tensors)
    }
  }

  @Test func theFlowPassesPoolsUnchanged() throws {
    let model = try model()
    let (first, last) = (model.scales["l0"], model.scales["l3"])
    #expect(model.flow == [model.scales["quant"], first, first, first, last])
  }

  @Test func everyTensorIsNeeded() throws {
    for name in try model().tensors.keys {
      let message = try error { $0[name] = nil }
      #expect(
        message?.contains(name.hasPrefix("quant") ? "quant." : String(name.prefix(2))) == true, "\(name)")
    }
    #expect(try error { $0["l3.weight"] = nil } == "parameter 'l3.bias': no layer of the network uses it")
  }

  @Test func everyTensorIsOfItsType() throws {
    for (name, tensor) in try model().tensors {
      let other: Tensor.Storage =
        tensor.dtype == .u8 ? .s8([]) : .u8([UInt8](repeating: 1, count: tensor.shape.count))
      let message = try error { $0[name] = Tensor(shape: tensor.shape, storage: other) }
      #expect(
        message?.hasPrefix("parameter '\(name)': expected \(tensor.dtype.rawValue)") == true,
        "\(message ?? "")")
    }
  }

  // Would catch a message with a gap where no shape was asked for.
  @Test func aTypeWithoutAShapeIsNamedAlone() throws {
    #expect(
      try error { $0["l0.weight"] = Tensor([1], [1] as [UInt8]) }
        == "parameter 'l0.weight': expected s8, found u8 [1]")
  }

  @Test func aTensorThatNobodyKnowsIsRefused() throws {
    #expect(
      try error { $0["l9.weight"] = Tensor([1], [1] as [Int8]) }
        == "parameter 'l9.weight': no layer of the network uses it")
  }

  // Would catch a pool that brings numbers of its own: the flow would believe them.
  @Test func numbersForALayerThatNeedsNoneAreRefused() throws {
    let message = try error { tensors in
      for (name, tensor) in tensors where name.hasPrefix("l3.") { tensors["l1" + name.dropFirst(2)] = tensor }
    }
    #expect(message == "parameter 'l1.bias': no layer of the network uses it")
  }

  @Test func aWeightHasItsNetworksShape() throws {
    #expect(
      try error { $0["l3.weight"] = Tensor([3, 2], [Int8](repeating: 1, count: 6)) }
        == "parameter 'l3.weight': expected s8 [2, 3], found s8 [3, 2]")
  }

  @Test func scalesAreOneOrOneForEachChannel() throws {
    #expect(
      try error { $0["l0.weight_scale"] = Tensor([2], [1, 1] as [Float]) }
        == "parameter 'l0.weight_scale': expected 1 or 3 scales, found 2")
  }

  @Test func theBiasIsOfTheProfilesType() throws {
    let expected = "parameter 'l0.bias': expected s32 [3] under profile octavo, found s32 [2]"
    #expect(try error { $0["l0.bias"] = Tensor([2], [1, 1] as [Int32]) } == expected)
    let float = try model(.fbgemm)
    #expect(throws: NetworkError.self) {
      try QuantizedModel(network: network, profile: .octavo, scales: float.scales, layers: float.layers)
    }
  }

  // Would catch NaN that the requantization turns into the lowest integer without a word.
  @Test func aFloatBiasIsFinite() throws {
    #expect(
      try error(.fbgemm) { $0["l0.bias"] = Tensor([3], [0, .nan, 0] as [Float]) }
        == "parameter 'l0.bias': expected finite numbers, found nan")
  }

  @Test func thereIsAMultiplierForEachChannel() throws {
    #expect(
      try error { $0["l0.multiplier"] = Tensor([1], [1] as [Float]) }
        == "parameter 'l0.multiplier': expected 3 of them, found 1")
  }

  // Would catch a multiplier that another program computed by another rule: one unit in the last place is enough.
  @Test func multipliersAreThoseOfTheScales() throws {
    var numbers = try #require(try model().layers["l0"]?.integer?.multipliers)
    let expected = numbers[2]
    numbers[2] = numbers[2].nextUp
    let wrong = QuantizedModelError.wrongMultiplier("l0", 2, expected: expected, found: numbers[2])
    #expect(try error { $0["l0.multiplier"] = Tensor([3], numbers) } == "\(wrong)")
  }

  @Test func aScaleIsFiniteAndPositive() throws {
    #expect(
      try error { $0["quant.scale"] = Tensor([], [0] as [Float]) }
        == "layer 'quant': expected a finite scale above zero, found 0.0")
    #expect(
      try error { $0["l0.weight_scale"] = Tensor([1], [.infinity] as [Float]) }?.contains("found inf") == true
    )
  }

  @Test func aZeroPointLiesWithinItsRange() throws {
    #expect(
      try error { $0["l0.zero_point"] = Tensor([], [256] as [Int32]) }
        == "layer 'l0': expected a zero point within 0...255, found 256")
  }

  @Test(arguments: [[5, 5], [6, 5], [-129, 5], [0, 256]] as [[Int32]])
  func aRangeIsOfEightBits(_ ends: [Int32]) throws {
    #expect(
      try error { $0["l0.range"] = Tensor([2], ends) }
        == "parameter 'l0.range': expected two 8-bit integers, the lower first, found \(ends)")
  }

  // Would catch a signed range under an engine that knows none.
  @Test(arguments: ["quant", "l3"], [NumericProfile.fbgemm, .qnnpack])
  func activationsAreUnsigned(_ name: String, _ profile: NumericProfile) throws {
    let message = try error(profile) {
      $0["\(name).range"] = Tensor([2], [-128, 127] as [Int32])
      $0["\(name).zero_point"] = Tensor([], [-3] as [Int32])
    }
    #expect(message == "parameter '\(name).range': expected integers within 0...255, found -128...127")
  }

  // Would catch a range over both kinds of bytes, which neither can hold: it stopped the program.
  @Test(arguments: ["quant", "l3"]) func activationsAreBytes(_ name: String) throws {
    let message = try error { $0["\(name).range"] = Tensor([2], [-3, 200] as [Int32]) }
    #expect(
      message == "parameter '\(name).range': expected integers within 0...255 or -128...127, found -3...200")
  }

  @Test func aLayerWithoutNumbersIsRefused() throws {
    let model = try model()
    let layers = model.layers.filter { $0.key != "l3" }
    #expect(throws: NetworkError.missingParameter("l3.weight", [2, 3])) {
      try QuantizedModel(network: network, profile: .octavo, scales: model.scales, layers: layers)
    }
  }

  // A normalization that no product took in has float parameters, which a model needs, whole and of the right shape.
  @Test func aNormalizationNeedsItsParameters() throws {
    let network = Network(2, 4, 4, [.batchNorm2d(BatchNorm2d()), .flatten, .linear(Linear(out: 1))])
    let parameters = try FloatModel(random: network).parameters
    let own = parameters.filter { $0.key.hasPrefix("l0.") }
    let scale = try QuantizationParameters(scale: 0.1, zeroPoint: 3, range: IntegerRange(.u8))
    let weight = QuantizedWeight(
      integers: [Int8](repeating: 1, count: 32), shape: [1, 32], scales: [0.5], range: IntegerRange(-127, 127))
    func model(_ own: [String: Tensor]) throws -> QuantizedModel {
      let layer = IntegerLayer(weight: weight, bias: .s32([0]), multipliers: [0.1 * 0.5 / 0.1])
      return try QuantizedModel(
        network: network, profile: .octavo, scales: ["quant": scale, "l0": scale, "l2": scale],
        layers: ["l2": .integer(layer)], floatParameters: own)
    }
    let whole = try model(own)
    let again = try QuantizedModel(network: network, profile: .octavo, tensors: whole.tensors)
    #expect(again == whole)
    #expect(throws: NetworkError.missingParameter("l0.bias", [2])) { try model(own.filter { $0.key != "l0.bias" }) }
    #expect(throws: NetworkError.unknownParameter("l9.bias")) {
      try model(own.merging(["l9.bias": Tensor([2], [0, 0] as [Float])]) { $1 })
    }
    #expect(
      throws: NetworkError.wrongParameter(
        "l0.running_var", expected: "variances of at least 0", found: "-1.0 at index 1")
    ) {
      try model(own.merging(["l0.running_var": Tensor([2], [1, -1] as [Float])]) { $1 })
    }
  }

  @Test func messagesSayWhatToDo() {
    #expect(
      "\(OverflowError(layer: "fc", bound: 3_000_000_000))"
        == "layer 'fc': a sum can reach 3000000000, expected at most 2147483647; use fewer inputs or a narrower range"
    )
    #expect("\(QuantizedModelError.missingMetadata)".contains("octavo, fbgemm, qnnpack"))
  }
}
