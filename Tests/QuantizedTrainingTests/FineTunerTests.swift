import QuantizedTraining
import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing
import Training

@Suite struct FineTunerTests {
  private let network = Network(1, 4, 4, [.flatten, .linear(Linear(out: 8, relu: true)), .linear(Linear(out: 2))])

  /// Two classes: bright on the left, bright on the right.
  private func halves(_ count: Int) -> ImageSet {
    var random = SeededGenerator(seed: 12)
    var (pixels, labels): ([UInt8], [UInt8]) = ([], [])
    for _ in 0..<count {
      let label = random.below(2)
      labels.append(UInt8(label))
      pixels += (0..<16).map { UInt8(($0 % 4 / 2 == label ? 150 : 0) + random.below(100)) }
    }
    return ImageSet(shape: [1, 4, 4], pixels: pixels, labels: labels)
  }

  private func scheme(_ observer: ObserverKind, freezeObservers: Int = 9) -> QuantizationScheme {
    var scheme = QuantizationScheme.plain(.qat)
    scheme.activations?.observer = observer
    scheme.weights.observer = observer == .learned ? .learned : .minMax
    scheme.training = FineTuning(
      epochs: 4, batchSize: 10, learningRate: 0.01, seed: 5, freezeObservers: freezeObservers)
    return scheme
  }

  private func run(
    _ scheme: QuantizationScheme, compute: Compute? = nil, epochDone: (EpochLoop.Epoch) -> Void = { _ in },
    testAccuracy: (FakeQuantizedEngine) -> Double? = { _ in nil }
  ) throws -> FakeQuantizedEngine {
    let names = [Network.inputName, "l1", "l2"]
    let tuner = try FineTuner(
      FusedModel(folded: FloatModel(random: network, seed: 2)), scheme: scheme,
      activations: Dictionary(uniqueKeysWithValues: names.map { ($0, scheme.activations(of: $0)) }),
      compute: compute ?? Compute())
    return try tuner.run(on: halves(60), testAccuracy: testAccuracy, epochDone: epochDone)
  }

  // Would catch a gradient of the wrong sign, and one that does not arrive.
  @Test(arguments: [ObserverKind.minMax, .movingAverageMinMax, .learned])
  func theLossFalls(_ observer: ObserverKind) throws {
    var epochs: [EpochLoop.Epoch] = []
    _ = try run(scheme(observer), epochDone: { epochs.append($0) })
    #expect(epochs.map(\.number) == [1, 2, 3, 4])
    #expect(zip(epochs, epochs.dropFirst()).allSatisfy { $1.loss < $0.loss })
    #expect(epochs[3].accuracy > 0.9)
  }

  @Test func scalesStayFromTheNamedEpochOn() throws {
    for (freeze, moves) in [(2, [true, false, false, false]), (9, [true, true, true, true])] {
      var seen: [[String: ActivationRecord]?] = [nil]
      _ = try run(
        scheme(.movingAverageMinMax, freezeObservers: freeze),
        testAccuracy: {
          seen.append(try? $0.activationRecords())
          return nil
        })
      #expect(zip(seen, seen.dropFirst()).map { $0 != $1 } == moves)
    }
  }

  @Test func statisticsStayFromTheNamedEpochOn() throws {
    let network = Network(
      1, 4, 4,
      [.conv2d(Conv2d(out: 2, kernel: 1)), .batchNorm2d(BatchNorm2d()), .flatten, .linear(Linear(out: 2))])
    var scheme = scheme(.minMax)
    let names = [Network.inputName, "l0", "l3"]
    for freeze in [nil, 1, 3] {
      scheme.training?.freezeBatchNorm = freeze
      let tuner = try FineTuner(
        FusedModel(fusing: FloatModel(random: network, seed: 2)), scheme: scheme,
        activations: Dictionary(uniqueKeysWithValues: names.map { ($0, scheme.activations(of: $0)) }),
        compute: Compute())
      var isFrozen: [Bool] = []
      _ = try tuner.run(
        on: halves(60),
        testAccuracy: {
          isFrozen.append($0.areNormsFrozen)
          return nil
        })
      #expect(isFrozen == (1...4).map { $0 >= freeze ?? 5 })
    }
  }

  // Would catch a variance of 0 that running statistics follow. Frozen statistics follow nothing.
  @Test(arguments: [(nil, 61, false), (1, 61, true), (2, 61, false), (nil, 60, true)] as [(Int?, Int, Bool)])
  func aNormalizationSeesMoreThanOneValue(_ freeze: Int?, _ images: Int, _ isFine: Bool) throws {
    let network = Network(
      1, 4, 4,
      [.conv2d(Conv2d(out: 2, kernel: 4)), .batchNorm2d(BatchNorm2d()), .flatten, .linear(Linear(out: 2))])
    var scheme = scheme(.minMax)
    scheme.training?.freezeBatchNorm = freeze
    for skipped in [nil, "l0"] {
      scheme.layers = skipped.map { [$0: LayerOverride(skip: true)] }
      let model = try FusedModel(fusing: FloatModel(random: network, seed: 2))
      let names = try scheme.lowered(model.model.network).scaledNames
      let tuner = try FineTuner(
        model, scheme: scheme,
        activations: Dictionary(uniqueKeysWithValues: names.map { ($0, scheme.activations(of: $0)) }),
        compute: Compute())
      if isFine || skipped != nil {
        _ = try tuner.run(on: halves(images))
      } else {
        #expect(throws: TrainingError.oneValue(layer: "l0", batchSize: 10, images: images)) {
          try tuner.run(on: halves(images))
        }
      }
    }
  }

  @Test func aLearnedScaleMoves() throws {
    let engine = try run(scheme(.learned))
    let factors = engine.parameters.suffix(3).map { $0.values.pointer[0] }
    #expect(factors.allSatisfy { $0 != 1 && $0 > 0.5 && $0 < 2 }, "\(factors)")
  }

  @Test func theSameBitsEverywhere() throws {
    let models = try Compute.all().map { try run(scheme(.learned), compute: $0).model() }
    #expect(models.allSatisfy { $0 == models[0] })
  }

  @Test func otherSchemesAreNotFineTuned() throws {
    #expect(throws: FineTuningError.notQuantizationAware(.static)) {
      try FineTuner(
        FusedModel(folded: FloatModel(random: network)), scheme: .plain(), activations: [:], compute: Compute())
    }
    #expect(
      "\(FineTuningError.notQuantizationAware(.dynamic))"
        == "type: expected qat, found dynamic; run convert on this scheme, it needs no training")
  }

  // Learned scales and observed ones, statistics that freeze and statistics that move.
  @Test(
    "stopped after any epoch and gone on with, fine-tuning ends with the same bits",
    arguments: [ObserverKind.minMax, .movingAverageMinMax, .learned], 1...4)
  func resumes(_ observer: ObserverKind, _ epoch: Int) throws {
    let network = Network(
      1, 4, 4,
      [
        .conv2d(Conv2d(out: 3, kernel: 3, padding: 1)), .batchNorm2d(BatchNorm2d()), .relu, .flatten,
        .linear(Linear(out: 2)),
      ])
    var scheme = scheme(observer, freezeObservers: 3)
    scheme.training?.freezeBatchNorm = 4
    let model = try FusedModel(fusing: FloatModel(random: network, seed: 2))
    let names = try scheme.lowered(model.model.network).scaledNames
    let tuner = try FineTuner(
      model, scheme: scheme,
      activations: Dictionary(uniqueKeysWithValues: names.map { ($0, scheme.activations(of: $0)) }), compute: Compute())
    struct Stop: Error {}
    var states: [TrainingState] = []
    let whole = try tuner.run(on: halves(60), save: { states.append($0) })
    var stopped: TrainingState?
    #expect(throws: Stop.self) {
      try tuner.run(
        on: halves(60),
        save: {
          stopped = $0
          if $0.epoch == epoch { throw Stop() }
        })
    }
    #expect(stopped == states[epoch - 1])
    let resumed = try tuner.run(on: halves(60), from: stopped)
    #expect(try resumed.model() == whole.model())
    #expect(try resumed.activationRecords() == whole.activationRecords())
    #expect(resumed.learnedWeightScales == whole.learnedWeightScales)
    // Both go on alike: nothing else was left behind.
    #expect(resumed.kept == whole.kept)
    let parameters = [whole, resumed].map { $0.parameters.map { bits(Array($0.values.buffer)) } }
    #expect(parameters[0] == parameters[1])
  }
}
