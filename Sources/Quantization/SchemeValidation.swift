import Tensors

extension QuantizationScheme {
  /// Checks what one key alone cannot say.
  /// - Throws: `SchemeError`, naming the key.
  public func validate() throws(SchemeError) {
    try validateParts()
    if let activations { try validate(activations: activations, at: "activations") }
    try validate(weights: weights, at: "weights")
    for (layer, override) in (layers ?? [:]).sorted(by: { $0.key < $1.key }) {
      if let scheme = override.activations {
        guard type != .weightOnly else { throw .uselessKey("layers.\(layer).activations", type) }
        try validate(activations: scheme, at: "layers.\(layer).activations")
      }
      if let scheme = override.weights {
        guard override.skip != true else { throw .skippedWeights("layers.\(layer).weights") }
        try validate(weights: scheme, at: "layers.\(layer).weights")
      }
    }
    try validateCounts()
  }

  /// A type needs some parts, and others would be written down for nothing.
  private func validateParts() throws(SchemeError) {
    func check(_ key: String, isThere: Bool, isNeeded: Bool) throws(SchemeError) {
      if isNeeded && !isThere { throw .missingKey(key, type) }
      if isThere && !isNeeded { throw .uselessKey(key, type) }
    }
    try check("activations", isThere: activations != nil, isNeeded: type != .weightOnly)
    try check("calibration", isThere: calibration != nil, isNeeded: type == .static)
    try check("training", isThere: training != nil, isNeeded: type == .qat)
  }

  private func validateCounts() throws(SchemeError) {
    func check(_ key: String, _ value: Int) throws(SchemeError) {
      guard value > 0 else { throw .notPositive(key, value) }
    }
    if let calibration {
      try check("calibration.batches", calibration.batches)
      try check("calibration.batch_size", calibration.batchSize)
    }
    if let training {
      try check("training.epochs", training.epochs)
      guard training.epochs <= mostEpochs else {
        throw .tooManyEpochs("training.epochs", training.epochs)
      }
      try check("training.batch_size", training.batchSize)
      try check("training.freeze_observers", training.freezeObservers)
      try check("training.freeze_batch_norm", training.freezeBatchNorm ?? 1)
      guard training.learningRate > 0, training.learningRate.isFinite else {
        throw .badLearningRate("training.learning_rate", training.learningRate)
      }
    }
  }

  private func validate(activations scheme: TensorScheme, at key: String) throws(SchemeError) {
    guard scheme.dtype == .u8 || scheme.dtype == .s8 else {
      throw .wrongType(key, expected: [.u8, .s8], found: scheme.dtype)
    }
    // A dynamic scale is chosen for u8 in every engine.
    guard scheme.dtype == .u8 || type != .dynamic && profile.activationTypes.contains(scheme.dtype) else {
      throw .signedActivations(key, profile, type)
    }
    try validate(scheme, at: key, observers: type.activationObservers, granularities: type.activationGranularities)
    if profile.symmetricRangeRule == .wholeType, scheme.symmetry == .symmetric, scheme.range != IntegerRange(.u8) {
      throw .reducedSymmetric(key, scheme.range, profile)
    }
    if scheme.reduceRange != nil, scheme.dtype != .u8 || !type.hasIntegerFlow || !profile.allowsReduceRange {
      throw .reduceRangeUnused(key, scheme.dtype, profile, type)
    }
  }

  private func validate(weights scheme: TensorScheme, at key: String) throws(SchemeError) {
    guard scheme.dtype == .s8 else { throw .wrongType(key, expected: [.s8], found: scheme.dtype) }
    if scheme.symmetry == .affine { throw .affineWeights(key) }
    try validate(scheme, at: key, observers: type.weightObservers, granularities: [.perTensor, .perChannel])
    if scheme.range.low == 0 || scheme.range.high == 0 { throw .oneSidedWeights(key, scheme.range) }
    if scheme.reduceRange != nil { throw .reduceRangeUnused(key, scheme.dtype, profile, type) }
  }

  private func validate(
    _ scheme: TensorScheme, at key: String, observers: [ObserverKind], granularities: [Granularity]
  ) throws(SchemeError) {
    guard IntegerRange(scheme.dtype).contains(scheme.range) else {
      throw .rangeOutsideType(key, scheme.range, scheme.dtype)
    }
    guard granularities.contains(scheme.granularity) else {
      throw .wrongGranularity(key, expected: granularities, type, found: scheme.granularity)
    }
    guard observers.contains(scheme.observer) else {
      throw .wrongObserver(key, expected: observers, type, found: scheme.observer)
    }
    if let percentile = scheme.percentile {
      guard scheme.observer == .percentile else { throw .percentileUnused(key, scheme.observer) }
      guard percentile > 0, percentile <= 100 else { throw .badPercentile(key, percentile) }
    }
    // A range that excludes zero cannot hold the zero point that zero weights and padding need.
    guard scheme.range.low <= 0, scheme.range.high >= 0 else { throw .rangeWithoutZero(key, scheme.range) }
  }
}

extension QuantizationType {
  /// The observers that activations can have. Fine-tuning looks at every batch of every epoch, for its extremes; a
  /// dynamic scale is made of the extremes of one call.
  var activationObservers: [ObserverKind] {
    switch self {
    case .static: ObserverKind.allCases.filter { $0 != .learned }
    case .qat: [.minMax, .movingAverageMinMax, .learned]
    case .dynamic, .weightOnly: [.minMax]
    }
  }

  /// The observers that weights can have.
  ///
  /// Weights are seen whole, once: all that a moving average could average over is absent, and quantiles and entropy of
  /// the nine weights of a small channel mean nothing. PyTorch's HistogramObserver observes activations only. In
  /// fine-tuning the scale follows the weights at every step, by the formula that convert uses, or is learned.
  var weightObservers: [ObserverKind] { self == .qat ? [.minMax, .learned] : [.minMax, .meanSquareError] }

  /// How many values of an activation can share a scale: one scale per channel cannot be pulled out of an integer sum.
  var activationGranularities: [Granularity] { self == .dynamic ? [.perTensor, .perRow] : [.perTensor] }
}
