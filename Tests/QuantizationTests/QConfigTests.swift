import Foundation
import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct QConfigTests {
  private func error(_ change: (inout QuantizationScheme) -> Void) -> SchemeError? {
    var scheme = QuantizationScheme.plain()
    change(&scheme)
    do throws(SchemeError) {
      try scheme.validate()
      return nil
    } catch {
      return error
    }
  }

  @Test func aPlainSchemeIsValid() {
    #expect(error { _ in } == nil)
    #expect(error { $0.weights.range = IntegerRange(.s8) } == nil)
    #expect(error { $0.activations?.range = IntegerRange(.u8) } == nil)
  }

  @Test func activationsAreUnsignedBytes() {
    #expect(error { $0.activations?.dtype = .f32 } == .wrongType("activations", expected: [.u8, .s8], found: .f32))
  }

  @Test func weightsAreSignedBytes() {
    #expect(error { $0.weights.dtype = .f32 } == .wrongType("weights", expected: [.s8], found: .f32))
  }

  @Test func aRangeFitsItsType() {
    let range = IntegerRange(0, 256)
    #expect(error { $0.activations?.range = range } == .rangeOutsideType("activations", range, .u8))
    let signed = IntegerRange(-129, 127)
    #expect(error { $0.weights.range = signed } == .rangeOutsideType("weights", signed, .s8))
  }

  @Test func aRangeHoldsZero() {
    let range = IntegerRange(1, 127)
    #expect(error { $0.activations?.range = range } == .rangeWithoutZero("activations", range))
  }

  // Would catch a copy of the activations' 0...127: its symmetric zero point is 63, and the engines' is 0.
  @Test func weightsNeedBothSigns() {
    for range in [IntegerRange(0, 127), IntegerRange(-128, 0)] {
      #expect(error { $0.weights.range = range } == .oneSidedWeights("weights", range))
    }
  }

  @Test func activationsShareAScale() {
    #expect(error { $0.activations?.granularity = .perChannel } == .wrongGranularity("activations", expected: [.perTensor], .static, found: .perChannel))
  }

  @Test func weightsAreSymmetric() {
    #expect(error { $0.weights.symmetry = .affine } == .affineWeights("weights"))
  }

  @Test(arguments: [ObserverKind.movingAverageMinMax, .histogram, .percentile, .entropy])
  func weightsAreObservedOnce(_ kind: ObserverKind) {
    #expect(error { $0.weights.observer = kind } == .wrongObserver("weights", expected: [.minMax, .meanSquareError], .static, found: kind))
  }

  @Test(arguments: [ObserverKind.minMax, .meanSquareError]) func someObserversFitWeights(_ kind: ObserverKind) {
    #expect(error { $0.weights.observer = kind } == nil)
  }

  // Would catch a percentile that is written down and does nothing.
  @Test func aPercentileBelongsToItsObserver() {
    for kind in ObserverKind.allCases where kind != .percentile && kind != .learned {
      let unused = error {
        $0.activations?.observer = kind
        $0.activations?.percentile = 99.9
      }
      #expect(unused == .percentileUnused("activations", kind))
    }
    #expect(error { $0.weights.percentile = 99 } == .percentileUnused("weights", .minMax))
  }

  @Test func aPercentileIsAPercentage() {
    func percentile(_ percentile: Double) -> SchemeError? {
      error {
        $0.activations?.observer = .percentile
        $0.activations?.percentile = percentile
      }
    }
    for bad in [0, -1, 100.5, .infinity] { #expect(percentile(bad) == .badPercentile("activations", bad)) }
    guard case .badPercentile = percentile(.nan) else {
      Issue.record("NaN is no percentage")
      return
    }
    for good in [1e-3, 99.999, 100] { #expect(percentile(good) == nil) }
    #expect(error { $0.activations?.observer = .percentile } == nil)
  }

  @Test func countsArePositive() {
    #expect(error { $0.calibration?.batches = 0 } == .notPositive("calibration.batches", 0))
    #expect(error { $0.calibration?.batchSize = -1 } == .notPositive("calibration.batch_size", -1))
  }

  // Would catch overrides that nobody checks.
  @Test func overridesAreCheckedToo() {
    var weights = TensorScheme.weights
    weights.symmetry = .affine
    let override = LayerOverride(weights: weights)
    #expect(error { $0.layers = ["fc": override] } == .affineWeights("layers.fc.weights"))
    var activations = TensorScheme.activations
    activations.granularity = .perChannel
    let other = LayerOverride(activations: activations)
    #expect(error { $0.layers = ["fc": other] } == .wrongGranularity("layers.fc.activations", expected: [.perTensor], .static, found: .perChannel))
  }

  @Test func anOverrideReplacesItsPart() {
    var narrow = TensorScheme.weights
    narrow.range = IntegerRange(-63, 63)
    var scheme = QuantizationScheme.plain()
    scheme.layers = ["conv1": LayerOverride(weights: narrow)]
    #expect(scheme.weights(of: "conv1") == narrow && scheme.activations(of: "conv1") == .activations)
    #expect(scheme.weights(of: "conv2") == .weights)
  }

  @Test func namesAreThoseOfPyTorch() {
    #expect(TensorScheme.weights.name == "per_channel_symmetric")
    #expect(TensorScheme.activations.name == "per_tensor_affine")
  }

  // Would catch a key that is lost on the way through a checkpoint's metadata, a seed through a double among them.
  @Test func aSchemeSurvivesItsJSON() throws {
    var scheme = QuantizationScheme.plain(profile: .fbgemm, batches: 8, batchSize: 32, order: .shuffled)
    scheme.calibration?.seed = .max
    scheme.activations?.observer = .percentile
    scheme.activations?.percentile = 99.9
    scheme.layers = [
      "fc": LayerOverride(activations: .activations), "conv1": LayerOverride(weights: .weights),
    ]
    #expect(try QuantizationScheme(json: scheme.json) == scheme)
    #expect(try QuantizationScheme(json: scheme.json).json == scheme.json)
    #expect(!scheme.json.contains("\n"))
  }

  @Test(arguments: ["", "{}", "[]", #"{"profile":"tflite"}"#]) func whatIsNoSchemeIsRefused(_ text: String) {
    #expect(throws: DecodingError.self) { try QuantizationScheme(json: text) }
  }

  @Test func messagesNameTheKey() {
    let cases: [(SchemeError, String)] = [
      (.wrongType("weights", expected: [.s8], found: .u8), "weights.dtype: expected s8, found u8"),
      (
        .rangeOutsideType("weights", IntegerRange(-129, 5), .s8),
        "weights.range: expected integers within -128...127 for s8, found -129...5"
      ),
      (
        .rangeWithoutZero("activations", IntegerRange(1, 5)),
        "activations.range: expected a range that holds 0, found 1...5"
      ),
      (
        .oneSidedWeights("weights", IntegerRange(0, 127)),
        "weights.range: expected a range on both sides of 0 for weights, found 0...127"
      ),
      (
        .wrongGranularity("activations", expected: [.perTensor], .static, found: .perChannel),
        "activations.granularity: expected per_tensor with type static, found per_channel"
      ),
      (.affineWeights("weights"), "weights.symmetry: expected symmetric for weights, found affine"),
      (
        .wrongObserver("weights", expected: [.minMax, .meanSquareError], .static, found: .movingAverageMinMax),
        "weights.observer: expected min_max or mean_square_error with type static, found moving_average_min_max"
      ),
      (
        .percentileUnused("activations", .minMax),
        "activations.percentile: expected only with observer percentile, found it with min_max"
      ),
      (
        .badPercentile("activations", 101),
        "activations.percentile: expected a number above 0, at most 100, found 101.0"
      ),
      (.notPositive("calibration.batches", 0), "calibration.batches: expected at least 1, found 0"),
      (
        .noWeights("quant"), "layers.quant.weights: expected activations only, the input has no weights"
      ),
      (
        .unknownLayer("conv9", known: ["quant", "conv1"]),
        "layers.conv9: no such layer in the network; it has quant, conv1"
      ),
    ]
    for (error, message) in cases { #expect("\(error)" == message) }
  }
}
