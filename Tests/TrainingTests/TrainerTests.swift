import Foundation
import Kernels
import Layers
import Networks
import TestSupport
import Tensors
import Testing
import Training

@Suite struct TrainerTests {
  /// Three classes of 6 x 6 images: a bright row at the top, in the middle or at the bottom, on noise.
  private func stripes(_ count: Int) -> ImageSet {
    var random = SeededGenerator(seed: 121)
    var (pixels, labels): ([UInt8], [UInt8]) = ([], [])
    for _ in 0..<count {
      let label = UInt8(random.below(3))
      var image = random.integers(36, 0...60 as ClosedRange<UInt8>)
      for x in 0..<6 { image[Int(label) * 12 + x] = 200 + UInt8(random.below(50)) }
      (pixels, labels) = (pixels + image, labels + [label])
    }
    return ImageSet(shape: [1, 6, 6], pixels: pixels, labels: labels)
  }

  private let network = Network(
    1, 6, 6,
    [
      .conv2d(Conv2d(out: 4, kernel: 3, padding: 1, bias: false)), .batchNorm2d(BatchNorm2d()), .relu,
      .maxPool2d(MaxPool2d(kernel: 2)), .flatten, .linear(Linear(out: 8)), .relu, .linear(Linear(out: 3)),
    ])

  private func train(
    _ plan: TrainingPlan, on images: ImageSet? = nil, network other: Network? = nil, compute: Compute? = nil
  ) throws -> (model: FloatModel, epochs: [EpochLoop.Epoch]) {
    var epochs: [EpochLoop.Epoch] = []
    let trainer = Trainer(other ?? network, plan: plan, compute: try compute ?? Compute())
    let model = try trainer.train(on: images ?? stripes(50), epochDone: { epochs.append($0) })
    return (model, epochs)
  }

  // Would catch a gradient of the wrong sign, labels that are shuffled apart from their images, and a model that is
  // exported in another order than it was trained in.
  @Test func aSeparableProblemIsLearnt() throws {
    let plan = TrainingPlan(epochs: 12, batchSize: 8, learningRate: 0.01, seed: 1)
    let images = stripes(60)
    let (model, epochs) = try train(plan, on: images)
    #expect(epochs.map(\.number) == Array(1...12))
    #expect(epochs[11].accuracy == 1 && epochs[11].loss < 0.1 && epochs[11].loss < epochs[0].loss)
    #expect(model.network == network)
    let engine = try FloatEngine(model, capacity: 60, compute: Compute())
    let logits = engine.logits(images.floats(0..<60), count: 60)
    #expect((0..<60).allSatisfy { argmax(logits[3 * $0..<3 * $0 + 3]) == Int(images.labels[$0]) })
  }

  @Test func theSameSeedGivesTheSameBytes() throws {
    let plan = TrainingPlan(epochs: 2, batchSize: 16, learningRate: 0.01, seed: 4)
    let results = try Compute.all().map {
      try train(plan, compute: $0).model.parameters.mapValues { bits($0.f32 ?? []) }
    }
    #expect(results.allSatisfy { $0 == results[0] })
    var other = plan
    other.seed = 5
    #expect(try train(other).model.parameters.mapValues { bits($0.f32 ?? []) } != results[0])
  }

  // 50 images in batches of 16: three whole ones and one of two.
  @Test func theLastBatchMayBeSmaller() throws {
    var told: [[Int]] = []
    var epochs = 0
    var last: EpochLoop.Step?
    let plan = TrainingPlan(epochs: 2, batchSize: 16, learningRate: 0.001, seed: 1)
    _ = try Trainer(network, plan: plan, compute: Compute()).train(
      on: stripes(50),
      progress: {
        told.append([$0.epoch, $0.images, $0.total])
        last = $0
      },
      epochDone: {
        epochs += 1
        // What stands after the last batch is what the epoch came to.
        #expect(last?.loss == $0.loss && last?.accuracy == $0.accuracy)
      })
    #expect(told == [1, 2].flatMap { epoch in [16, 32, 48, 50].map { [epoch, $0, 50] } })
    #expect(epochs == 2)
  }

  // Would catch memory for a batch that the set cannot fill: such a size stopped the program.
  @Test func aBatchLargerThanTheSetIsTheSet() throws {
    let plan = TrainingPlan(epochs: 2, batchSize: 1 << 40, learningRate: 0.001, seed: 1)
    let whole = TrainingPlan(epochs: 2, batchSize: 20, learningRate: 0.001, seed: 1)
    #expect(try train(plan, on: stripes(20)).model == train(whole, on: stripes(20)).model)
  }

  // The loss and accuracy of one step are those of the initial model.
  @Test func anEpochsFiguresAreMeansOverImages() throws {
    let linear = Network(1, 6, 6, [.flatten, .linear(Linear(out: 3))])
    let images = stripes(10)
    let plan = TrainingPlan(epochs: 1, batchSize: 10, learningRate: 0.001, seed: 9)
    let epoch = try #require(try train(plan, on: images, network: linear).epochs.first)
    let model = try Initialization.initialize(linear, seed: 9)
    let logits = try FloatEngine(model, capacity: 10, compute: Compute()).logits(
      images.floats(0..<10), count: 10)
    var (loss, correct) = (0.0, 0.0)
    for image in 0..<10 {
      let row = logits[3 * image..<3 * image + 3].map(Double.init)
      let label = Int(images.labels[image])
      loss += log(row.reduce(0) { $0 + exp($1) }) - row[label]
      if row.max() == row[label] { correct += 1 }
    }
    // The same float logits; double's rounding in another order.
    #expect(abs(epoch.loss - loss / 10) < 1e-12 && epoch.accuracy == correct / 10)
  }

  private func error(
    _ change: (inout TrainingPlan) -> Void = { _ in }, on images: ImageSet? = nil,
    network other: Network? = nil
  ) -> TrainingError? {
    var plan = TrainingPlan(epochs: 2, batchSize: 10, learningRate: 0.01, seed: 1)
    change(&plan)
    do {
      _ = try train(plan, on: images, network: other)
      return nil
    } catch {
      return error as? TrainingError
    }
  }

  // Weights of 1e30 give scores of 1e31 and more, then infinities.
  @Test func aLossThatIsNotFiniteStopsTraining() throws {
    let plain = Network(1, 6, 6, [.flatten, .linear(Linear(out: 8)), .relu, .linear(Linear(out: 3))])
    guard case .diverged(let epoch, let batch, let loss) = error({ $0.learningRate = 1e30 }, network: plain)
    else {
      Issue.record("a rate of 1e30 did not diverge")
      return
    }
    #expect(epoch == 1 && batch > 1 && !loss.isFinite)
  }

  // Would catch a last step that nobody looks at: no loss follows it.
  @Test func weightsThatAreNotFiniteAreNoModel() {
    guard
      case .diverged(epoch: 1, batch: 1, _) = error({
        $0.learningRate = 1e300
        $0.epochs = 1
        $0.batchSize = 50
      })
    else {
      Issue.record("a step of infinity passed")
      return
    }
  }

  @Test func aPlanMakesSense() {
    #expect(error { $0.epochs = 0 } == .badPlan("epochs", "at least 1", "0"))
    #expect(error { $0.epochs = 1_000_001 } == .badPlan("epochs", "at most 1000000", "1000001"))
    #expect(error { $0.batchSize = 0 } == .badPlan("batch_size", "at least 1", "0"))
    for rate in [0, -1, .nan, .infinity] {
      #expect(
        error { $0.learningRate = rate } == .badPlan("learning_rate", "a finite number above 0", "\(rate)"))
    }
  }

  @Test func thereAreImages() { #expect(error(on: stripes(0)) == .noImages) }

  @Test func imagesHaveTheNetworksShape() {
    let images = ImageSet(shape: [1, 4, 9], pixels: [UInt8](repeating: 0, count: 36), labels: [0])
    #expect(error(on: images) == .wrongImages(expected: network.input, found: [1, 4, 9]))
  }

  @Test func labelsAreBelowTheOutputs() {
    let images = ImageSet(shape: [1, 6, 6], pixels: [UInt8](repeating: 0, count: 36), labels: [3])
    #expect(error(on: images) == .tooFewClasses(classes: 3, label: 3))
  }

  // Would catch a variance of 0 that running statistics follow: such a model trains, and answers nonsense.
  @Test func aNormalizationSeesMoreThanOneValue() {
    let pixel = Network(
      1, 6, 6,
      [.conv2d(Conv2d(out: 4, kernel: 6)), .batchNorm2d(BatchNorm2d()), .relu, .flatten, .linear(Linear(out: 3))])
    #expect(error(on: stripes(21), network: pixel) == .oneValue(layer: "l1", batchSize: 10, images: 21))
    #expect(error({ $0.batchSize = 1 }, network: pixel) == .oneValue(layer: "l1", batchSize: 1, images: 50))
    #expect(error(on: stripes(1), network: pixel) == .oneValue(layer: "l1", batchSize: 10, images: 1))
    #expect(error(on: stripes(22), network: pixel) == nil)
    // A map of more pixels than one has a variance of its own; without a normalization nobody asks for one.
    #expect(error({ $0.batchSize = 1 }) == nil)
    let plain = Network(1, 6, 6, [.conv2d(Conv2d(out: 4, kernel: 6)), .flatten, .linear(Linear(out: 3))])
    #expect(error({ $0.batchSize = 1 }, network: plain) == nil)
  }

  // Would catch a network whose classes lie in another order in training than in inference.
  @Test func scoresAreAVectorOfTheirOwn() {
    let convolutional = Network(1, 6, 6, [.conv2d(Conv2d(out: 3, kernel: 6))])
    #expect(error(network: convolutional) == .noScores(lastLayer: "l0"))
    let flattened = Network(1, 6, 6, [.conv2d(Conv2d(out: 3, kernel: 5)), .flatten])
    #expect(error(network: flattened) == .noScores(lastLayer: "l1"))
    let pooled = Network(1, 6, 6, [.conv2d(Conv2d(out: 3, kernel: 6)), .flatten])
    #expect(error({ $0.epochs = 1 }, network: pooled) == nil)
  }

  @Test func aPlanSurvivesItsJSON() throws {
    let plan = TrainingPlan(epochs: 3, batchSize: 64, learningRate: 0.001, seed: .max)
    #expect(try JSONDecoder().decode(TrainingPlan.self, from: JSONEncoder().encode(plan)) == plan)
    let text = #"{"epochs":3,"batch_size":64,"learning_rate":0.001,"seed":18446744073709551615}"#
    #expect(try JSONDecoder().decode(TrainingPlan.self, from: Data(text.utf8)) == plan)
  }

  @Test func messagesSayWhatToDo() {
    #expect("\(TrainingError.badPlan("epochs", "at least 1", "0"))" == "epochs: expected at least 1, found 0")
    #expect(
      "\(TrainingError.noImages)" == "training set: expected at least one image, found none; "
        + "install the data set again")
    #expect(
      "\(TrainingError.tooFewClasses(classes: 3, label: 7))"
        == "labels: the network has 3 outputs, found label 7; give its last layer at least 8")
    #expect(
      "\(TrainingError.oneValue(layer: "bn1", batchSize: 1, images: 60))"
        == "layer 'bn1': batch normalization needs more than one value per channel, found one pixel in batches of "
        + "1 image; choose a batch_size of at least 2")
    #expect(
      "\(TrainingError.oneValue(layer: "bn1", batchSize: 20, images: 601))"
        == "layer 'bn1': batch normalization needs more than one value per channel, found one pixel in the last "
        + "batch, 1 image of 601 in batches of 20; choose another batch_size")
    #expect(
      "\(TrainingError.diverged(epoch: 1, batch: 2, .infinity))"
        == "training diverged: the loss is inf in epoch 1, batch 2; lower learning_rate or check the data")
    #expect(
      "\(TrainingError.wrongImages(expected: network.input, found: [1, 4, 9]))"
        == "images: the network takes 1x6x6, found [1, 4, 9]; give it an input of that shape")
  }
}
