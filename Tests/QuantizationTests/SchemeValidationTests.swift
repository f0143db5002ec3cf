import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct SchemeValidationTests {
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

  @Test func activationsAreBytes() {
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

  // PyTorch: "Cannot reduce range for symmetric quantization for quint8".
  @Test(arguments: NumericProfile.allCases) func symmetricBytesAreWholeInPyTorch(_ profile: NumericProfile) {
    func symmetric(_ range: IntegerRange) -> SchemeError? {
      error {
        $0.profile = profile
        $0.activations?.symmetry = .symmetric
        $0.activations?.range = range
      }
    }
    let half = IntegerRange(0, 127)
    #expect(symmetric(IntegerRange(.u8)) == nil)
    #expect(symmetric(half) == (profile == .octavo ? nil : .reducedSymmetric("activations", half, profile)))
    #expect(
      "\(SchemeError.reducedSymmetric("activations", half, .fbgemm))"
        == "activations.range: expected 0...255 for symmetric u8 with profile fbgemm, as in PyTorch, found 0...127; take "
        + "symmetry affine")
  }

  @Test func activationsShareAScale() {
    for granularity in [Granularity.perChannel, .perRow] {
      #expect(
        error { $0.activations?.granularity = granularity }
          == .wrongGranularity("activations", expected: [.perTensor], .static, found: granularity))
    }
  }

  @Test func weightsAreSymmetric() {
    #expect(error { $0.weights.symmetry = .affine } == .affineWeights("weights"))
  }

  @Test(arguments: [ObserverKind.movingAverageMinMax, .histogram, .percentile, .entropy])
  func weightsAreObservedOnce(_ kind: ObserverKind) {
    #expect(
      error { $0.weights.observer = kind }
        == .wrongObserver("weights", expected: [.minMax, .meanSquareError], .static, found: kind))
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
    #expect(
      error { $0.layers = ["fc": other] }
        == .wrongGranularity("layers.fc.activations", expected: [.perTensor], .static, found: .perChannel))
  }

  // MARK: Types

  /// The error of a scheme of another type after a change.
  private func error(_ type: QuantizationType, _ change: (inout QuantizationScheme) -> Void = { _ in }) -> SchemeError?
  {
    error {
      $0 = .plain(type)
      change(&$0)
    }
  }

  @Test(arguments: QuantizationType.allCases) func everyTypeHasAValidScheme(_ type: QuantizationType) {
    #expect(error(type) == nil)
  }

  // Would catch a part that is asked for and never read, or read and never asked for.
  @Test func aTypeNeedsItsParts() {
    for type in [QuantizationType.static, .qat, .dynamic] {
      #expect(error(type) { $0.activations = nil } == .missingKey("activations", type))
    }
    #expect(error(.static) { $0.calibration = nil } == .missingKey("calibration", .static))
    #expect(error(.qat) { $0.training = nil } == .missingKey("training", .qat))
  }

  @Test func aTypeTakesNothingElse() {
    #expect(error(.weightOnly) { $0.activations = .activations } == .uselessKey("activations", .weightOnly))
    for type in [QuantizationType.qat, .dynamic, .weightOnly] {
      let unused = error(type) { $0.calibration = QuantizationScheme.plain().calibration }
      #expect(unused == .uselessKey("calibration", type))
    }
    for type in [QuantizationType.static, .dynamic, .weightOnly] {
      #expect(error(type) { $0.training = .plain } == .uselessKey("training", type))
    }
    let override = LayerOverride(activations: .activations)
    #expect(
      error(.weightOnly) { $0.layers = ["fc": override] } == .uselessKey("layers.fc.activations", .weightOnly))
  }

  @Test func signedActivationsAreOurOwn() {
    func signed(_ type: QuantizationType, _ profile: NumericProfile) -> SchemeError? {
      error(type) {
        $0.profile = profile
        $0.activations?.dtype = .s8
        $0.activations?.range = IntegerRange(.s8)
      }
    }
    #expect(signed(.static, .octavo) == nil && signed(.qat, .octavo) == nil)
    for profile in [NumericProfile.fbgemm, .qnnpack] {
      #expect(signed(.static, profile) == .signedActivations("activations", profile, .static))
    }
    #expect(signed(.dynamic, .octavo) == .signedActivations("activations", .octavo, .dynamic))
  }

  @Test func aSignedRangeFitsItsType() {
    let found = error {
      $0.activations?.dtype = .s8
      $0.activations?.range = IntegerRange(0, 255)
    }
    #expect(found == .rangeOutsideType("activations", IntegerRange(0, 255), .s8))
  }

  // Would catch a reduction that is written down and does nothing.
  @Test func reducedRangesAreOurOwn() {
    func reduced(_ type: QuantizationType, _ change: (inout QuantizationScheme) -> Void = { _ in }) -> SchemeError? {
      error(type) {
        $0.activations?.reduceRange = .whereNeeded
        change(&$0)
      }
    }
    #expect(reduced(.static) == nil && reduced(.qat) == nil)
    #expect(reduced(.dynamic) == .reduceRangeUnused("activations", .u8, .octavo, .dynamic))
    #expect(reduced(.static) { $0.profile = .fbgemm } == .reduceRangeUnused("activations", .u8, .fbgemm, .static))
    let signed = reduced(.static) {
      $0.activations?.dtype = .s8
      $0.activations?.range = IntegerRange(.s8)
    }
    #expect(signed == .reduceRangeUnused("activations", .s8, .octavo, .static))
    #expect(
      error { $0.weights.reduceRange = .whereNeeded } == .reduceRangeUnused("weights", .s8, .octavo, .static))
  }

  @Test func scalesAreLearnedByTrainingAlone() {
    for type in QuantizationType.allCases where type != .qat {
      #expect(
        error(type) { $0.weights.observer = .learned }
          == .wrongObserver("weights", expected: [.minMax, .meanSquareError], type, found: .learned))
    }
    let others = ObserverKind.allCases.filter { $0 != .learned }
    #expect(
      error(.static) { $0.activations?.observer = .learned }
        == .wrongObserver("activations", expected: others, .static, found: .learned))
    #expect(
      error(.dynamic) { $0.activations?.observer = .learned }
        == .wrongObserver("activations", expected: [.minMax], .dynamic, found: .learned))
    let both = error(.qat) {
      $0.weights.observer = .learned
      $0.activations?.observer = .learned
    }
    #expect(both == nil)
  }

  @Test func trainingSeesExtremesAlone() {
    #expect(
      error(.qat) { $0.activations?.observer = .histogram }
        == .wrongObserver(
          "activations", expected: [.minMax, .movingAverageMinMax, .learned], .qat, found: .histogram))
    #expect(
      error(.qat) { $0.weights.observer = .meanSquareError }
        == .wrongObserver("weights", expected: [.minMax, .learned], .qat, found: .meanSquareError))
  }

  @Test func rowsHaveScalesInDynamicSchemesAlone() {
    #expect(error(.dynamic) { $0.activations?.granularity = .perRow } == nil)
    #expect(
      error(.dynamic) { $0.activations?.granularity = .perChannel }
        == .wrongGranularity("activations", expected: [.perTensor, .perRow], .dynamic, found: .perChannel))
    #expect(
      error(.qat) { $0.activations?.granularity = .perRow }
        == .wrongGranularity("activations", expected: [.perTensor], .qat, found: .perRow))
    for type in QuantizationType.allCases {
      #expect(
        error(type) { $0.weights.granularity = .perRow }
          == .wrongGranularity("weights", expected: [.perTensor, .perChannel], type, found: .perRow))
    }
  }

  @Test func aSkippedLayerHasNoIntegers() {
    #expect(error { $0.layers = ["fc": LayerOverride(skip: true)] } == nil)
    #expect(
      error { $0.layers = ["fc": LayerOverride(skip: true, weights: .weights)] } == .skippedWeights("layers.fc.weights")
    )
    #expect(error { $0.layers = ["fc": LayerOverride(skip: false, weights: .weights)] } == nil)
  }

  @Test func trainingCountsArePositive() {
    #expect(error(.qat) { $0.training?.epochs = 0 } == .notPositive("training.epochs", 0))
    #expect(error(.qat) { $0.training?.epochs = 1_000_001 } == .tooManyEpochs("training.epochs", 1_000_001))
    #expect(error(.qat) { $0.training?.batchSize = -2 } == .notPositive("training.batch_size", -2))
    #expect(error(.qat) { $0.training?.freezeObservers = 0 } == .notPositive("training.freeze_observers", 0))
    #expect(error(.qat) { $0.training?.freezeBatchNorm = 0 } == .notPositive("training.freeze_batch_norm", 0))
    #expect(error(.qat) { $0.training?.freezeObservers = 99 } == nil, "above the epochs: never")
  }

  @Test(arguments: [0, -0.1, .infinity]) func aLearningRateMoves(_ rate: Double) {
    #expect(error(.qat) { $0.training?.learningRate = rate } == .badLearningRate("training.learning_rate", rate))
    guard case .badLearningRate = error(.qat, { $0.training?.learningRate = .nan }) else {
      Issue.record("NaN is no learning rate")
      return
    }
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
      (.tooManyEpochs("training.epochs", 1_000_001), "training.epochs: expected at most 1000000, found 1000001"),
      (.notPositive("calibration.batches", 0), "calibration.batches: expected at least 1, found 0"),
      (
        .noWeights("quant"), "layers.quant.weights: expected activations only, quant has no weights"
      ),
      (.missingKey("calibration", .static), "calibration: expected a value with type static, found none"),
      (.uselessKey("training", .weightOnly), "training: expected none with type weight_only, found one"),
      (
        .signedActivations("activations", .fbgemm, .static),
        "activations.dtype: expected u8 with type static and profile fbgemm, found s8; static and qat schemes of profile "
          + "octavo take s8"
      ),
      (
        .reduceRangeUnused("layers.fc.activations", .u8, .qnnpack, .qat),
        "layers.fc.activations.reduce_range: expected only for u8 activations of static and qat schemes of profile "
          + "octavo, found it for u8 with type qat and profile qnnpack"
      ),
      (
        .badLearningRate("training.learning_rate", -1),
        "training.learning_rate: expected a finite number above 0, found -1.0"
      ),
      (.skippedInput("quant"), "layers.quant.skip: expected a layer's name, the input is none"),
      (
        .skippedWeights("layers.fc.weights"),
        "layers.fc.weights: expected none beside skip: true, the layer stays float"
      ),
      (.nothingQuantized, "layers: expected at least one layer without skip: true, found none"),
      (
        .wrongType("activations", expected: [.u8, .s8], found: .f32),
        "activations.dtype: expected u8 or s8, found f32"
      ),
      (
        .unknownLayer("conv9", known: ["quant", "conv1"]),
        "layers.conv9: no such layer in the network; it has quant, conv1"
      ),
    ]
    for (error, message) in cases { #expect("\(error)" == message) }
  }
}
