import Kernels
import Layers
import Networks
import Passes
import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct CalibrateTests {
  private func calibrate(_ scheme: QuantizationScheme, _ model: FloatModel? = nil) throws -> CalibratedModel {
    try Calibrate.calibrate(
      model ?? Sample.model(), scheme: scheme, images: Sample.images, compute: Compute())
  }

  // Would catch a tensor that is observed elsewhere, a batch that is left out, one that is seen twice. The oracle runs
  // the images one by one, in an engine of its own, and keeps all values.
  @Test(arguments: [CalibrationSet.Order.file, .shuffled]) func rangesAreThoseOfAllValues(
    _ order: CalibrationSet.Order
  ) throws {
    let scheme = QuantizationScheme.plain(batches: 3, batchSize: 2, order: order)
    let result = try calibrate(scheme)
    let set = try #require(scheme.calibration)
    var generator = SeededGenerator(seed: set.seed)
    let drawn = order == .file ? Array(0..<6) : Array(generator.permutation(12)[..<6])
    let engine = try FloatEngine(Sample.model(), capacity: 1, compute: Compute(.scalar))
    var seen: [String: [Float]] = [:]
    for image in drawn {
      _ = engine.logits(Sample.images.floats(image..<image + 1), count: 1)
      for name in ["quant", "l0", "l4"] { seen[name, default: []] += engine.values(of: name, count: 1) }
    }
    #expect(result.observations.keys.sorted() == ["l0", "l4", "quant"])
    for (name, values) in seen {
      let observed = try #require(result.observations[name])
      #expect(observed.observed == ObservedRange(low: values.min() ?? 0, high: values.max() ?? 0), "\(name)")
      let expected = try QuantizationParameters(
        covering: ObservedRange(low: values.min() ?? 0, high: values.max() ?? 0), symmetry: .affine,
        range: IntegerRange(0, 127), least: 0x1p-23)
      #expect(observed.parameters == expected)
    }
    #expect(result.scales.map(\.tensor) == ["quant", "l0", "l4"])
  }

  // Would catch batches that a moving average sees in another order or size.
  @Test func aMovingAverageSeesBatches() throws {
    var scheme = QuantizationScheme.plain(batches: 4, batchSize: 3)
    scheme.activations?.observer = .movingAverageMinMax
    let observed = try #require(try calibrate(scheme).observations["quant"]).observed
    var (low, high): (Float, Float) = (0, 0)
    for batch in 0..<4 {
      let values = Sample.images.floats(batch * 3..<batch * 3 + 3)
      let (least, most) = (values.min() ?? 0, values.max() ?? 0)
      low = batch == 0 ? least : low + 0.01 * (least - low)
      high = batch == 0 ? most : high + 0.01 * (most - high)
    }
    #expect(observed == ObservedRange(low: low, high: high))
  }

  @Test func overridesChooseRangeAndObserver() throws {
    var scheme = QuantizationScheme.plain(batches: 2, batchSize: 2)
    var wide = TensorScheme.activations
    wide.range = IntegerRange(.u8)
    scheme.layers = ["l0": LayerOverride(activations: wide)]
    let result = try calibrate(scheme)
    #expect(result.observations["l0"]?.parameters.range == IntegerRange(.u8))
    #expect(result.observations["l4"]?.parameters.range == IntegerRange(0, 127))
    #expect(result.scales.map(\.scheme.range.high) == [127, 255, 127])
  }

  @Test func progressCountsBatches() throws {
    var told: [[Int]] = []
    _ = try Calibrate.calibrate(
      Sample.model(), scheme: .plain(batches: 3, batchSize: 4), images: Sample.images, compute: Compute()
    ) { told.append([$0, $1]) }
    #expect(told == [[1, 3], [2, 3], [3, 3]])
  }

  @Test func imagesAreDrawnOnce() throws {
    func drawn(_ order: CalibrationSet.Order, seed: UInt64) throws -> [Int] {
      try Calibrate.drawnImages(CalibrationSet(batches: 5, batchSize: 4, order: order, seed: seed), from: 30)
    }
    #expect(try drawn(.file, seed: 1) == Array(0..<20))
    let shuffled = try drawn(.shuffled, seed: 1)
    #expect(
      shuffled.count == 20 && Set(shuffled).count == 20 && shuffled.allSatisfy { (0..<30).contains($0) })
    #expect(try drawn(.shuffled, seed: 1) == shuffled && drawn(.shuffled, seed: 2) != shuffled)
  }

  @Test func imagesMustSuffice() throws {
    #expect(throws: CalibrationError.tooFewImages(expected: 13, found: 12)) {
      try calibrate(.plain(batches: 13, batchSize: 1))
    }
    #expect(try calibrate(.plain(batches: 12, batchSize: 1)).observations.count == 3)
  }

  // Would catch a product that overflows and stops the program: both numbers come from a file.
  @Test func aHugeNumberOfImagesIsTooMany() {
    #expect(throws: CalibrationError.tooFewImages(expected: .max, found: 12)) {
      try calibrate(.plain(batches: 1 << 40, batchSize: 1 << 40))
    }
  }

  // Finite numbers this large make the convolution's first output infinite; ReLU passes it on.
  @Test func whatIsNotFiniteNamesTensorAndBatch() throws {
    let large = Float.greatestFiniteMagnitude
    var parameters = try Sample.model().parameters
    for name in ["l0.weight", "l0.bias"] {
      let tensor = try #require(parameters[name])
      parameters[name] = Tensor(tensor.shape, [Float](repeating: large, count: tensor.shape.count))
    }
    let model = try FloatModel(network: Sample.network, parameters: parameters)
    let error = #expect(throws: CalibrationError.self) {
      try calibrate(.plain(batches: 2, batchSize: 2), model)
    }
    guard case .notFinite(tensor: "l0", batch: 0, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect("\(try #require(error))".hasPrefix("tensor 'l0', calibration batch 0: expected finite values"))
  }

  // Would catch an error that does not say which tensor has no scale: f32 cannot hold the width of its range.
  @Test func aRangeWithoutAScaleNamesItsTensor() throws {
    let network = Network(2, 6, 5, [.flatten, .linear(Linear(out: 2))])
    let weights = [Float](repeating: 0, count: 120)
    let model = try FloatModel(
      network: network,
      parameters: ["l1.weight": Tensor([2, 60], weights), "l1.bias": Tensor([2], [3e38, -3e38] as [Float])])
    #expect(throws: CalibrationError.noScale(tensor: "l1", "expected a finite scale above zero, found inf")) {
      try calibrate(.plain(), model)
    }
  }

  @Test func aSchemeMayOnlyNameLayersThatAreQuantized() throws {
    for name in ["conv9", "l1"] {
      var scheme = QuantizationScheme.plain()
      scheme.layers = [name: LayerOverride(weights: .weights)]
      #expect(throws: SchemeError.unknownLayer(name, known: ["quant", "l0", "l4"])) { try calibrate(scheme) }
    }
  }

  // Would catch an override that is accepted and means nothing.
  @Test func theInputHasNoWeights() {
    var scheme = QuantizationScheme.plain()
    scheme.layers = [Network.inputName: LayerOverride(weights: .weights)]
    #expect(throws: SchemeError.noWeights("quant")) { try calibrate(scheme) }
  }

  @Test func aSchemeIsCheckedFirst() {
    #expect(throws: SchemeError.notPositive("calibration.batches", 0)) { try calibrate(.plain(batches: 0)) }
  }
}
