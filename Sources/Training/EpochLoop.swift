import Foundation
import Kernels
import Layers
import Networks
import Tensors

/// The loop of training: shuffled batches, Adam, epoch by epoch, over whatever engine holds the parameters.
///
/// The same numbers, engine and images give the same bits on any number of threads and every instruction set.
public struct EpochLoop {
  /// What one epoch came to.
  public struct Epoch: Sendable, Equatable {
    /// From 1.
    public let number: Int
    /// The mean cross-entropy over the epoch's images, each as its batch was met.
    public let loss: Double
    /// The share classified correctly, likewise.
    public let accuracy: Double
    /// The share of the test images classified correctly after the epoch, nil where it was not asked for.
    public let testAccuracy: Double?

    /// `epoch 1 of 2: loss 0.1720, accuracy 95.00 %, test accuracy 97.90 %`.
    public func headline(of epochs: Int) -> String {
      let test = testAccuracy.map { String(format: ", test accuracy %.2f %%", 100 * $0) } ?? ""
      // Not by %d, which holds 32 bits.
      return "epoch \(number) of \(epochs): "
        + String(format: "loss %.4f, accuracy %.2f %%", loss, 100 * accuracy) + test
    }
  }

  /// Where an epoch stands after a batch.
  public struct Step: Sendable, Equatable {
    /// The epoch's number, from 1.
    public let epoch: Int
    /// Images met in this epoch so far.
    public let images: Int
    /// Images of the epoch.
    public let total: Int
    /// The mean cross-entropy over the images so far, each as its batch was met.
    public let loss: Double
    /// The share of them classified correctly, likewise.
    public let accuracy: Double
  }

  let epochs: Int
  let batchSize: Int
  let learningRate: Double
  let seed: UInt64
  let augmentation: Augmentation?
  let compute: Compute

  /// A loop of the given plan.
  package init(
    epochs: Int, batchSize: Int, learningRate: Double, seed: UInt64, augmentation: Augmentation? = nil, compute: Compute
  ) {
    self.epochs = epochs
    self.batchSize = batchSize
    self.learningRate = learningRate
    self.seed = seed
    self.augmentation = augmentation
    self.compute = compute
  }

  /// Moves an engine's parameters.
  /// - Parameters:
  ///   - state: where training stands, if it was interrupted; it goes on as if it had not been.
  ///   - epochBegins: told the number of each epoch, from 1, before it begins; of an interrupted training also that of the
  ///     last epoch that was done.
  ///   - testAccuracy: asked after each epoch for the test accuracy; it may run the engine, and changes nothing.
  ///   - progress: told after each batch where the epoch stands.
  ///   - epochDone: told after each epoch.
  ///   - save: given after each epoch where training stands then.
  /// - Throws: `TrainingError.diverged`; `TrainingStateError` for a state of another training; what `save` throws.
  package func run(
    _ engine: some TrainableEngine, on images: ImageSet, from state: TrainingState? = nil,
    epochBegins: (Int) -> Void = { _ in }, testAccuracy: () -> Double?, progress: (Step) -> Void,
    epochDone: (Epoch) -> Void, save: ((TrainingState) throws -> Void)? = nil
  ) throws {
    let optimizer = Adam(engine.parameters, learningRate: learningRate, compute: compute)
    let batches = ImageSet.batches(of: images.count, size: batchSize)
    if let state {
      epochBegins(state.epoch)
      try state.restore(engine, optimizer, batches: batches.count, epochs: epochs)
    }
    for number in 1...epochs where number > state?.epoch ?? 0 {
      epochBegins(number)
      // Stream 0 and up draw weights; epochs draw from the far end.
      var generator = SeededGenerator(seed: seed, stream: UInt64.max - UInt64(number))
      let order = generator.permutation(images.count)
      let draws = Augmentation.draws(seed: seed, epoch: number)
      var loss = 0.0
      var correct = 0
      for (index, batch) in batches.enumerated() {
        let (plain, labels) = (images.floats(order[batch]), images.classes(order[batch]))
        let pixels = augmentation?.apply(to: plain, of: images.shape, at: order[batch], draws: draws) ?? plain
        let result = pixels.withUnsafeBufferPointer { pixels in
          labels.withUnsafeBufferPointer { engine.train(pixels, labels: $0, count: batch.count) }
        }
        guard result.loss.isFinite else {
          throw TrainingError.diverged(epoch: number, batch: index + 1, result.loss)
        }
        optimizer.step()
        loss += result.loss
        correct += result.correct
        let met = Double(batch.upperBound)
        progress(
          Step(
            epoch: number, images: batch.upperBound, total: images.count, loss: loss / met,
            accuracy: Double(correct) / met))
      }
      let total = Double(images.count)
      epochDone(
        Epoch(number: number, loss: loss / total, accuracy: Double(correct) / total, testAccuracy: testAccuracy()))
      try save?(TrainingState(epoch: number, engine, optimizer))
    }
  }
}

extension Network {
  /// Checks that images and labels, to train on or to test on, belong to the network.
  /// - Throws: `TrainingError`, `NetworkError`.
  package func check(_ images: ImageSet) throws {
    guard images.count > 0 else { throw TrainingError.noImages }
    switch try images.mismatch(channels: input.channels, height: input.height, width: input.width, classes: classes) {
    case .shape: throw TrainingError.wrongImages(expected: input, found: images.shape)
    case .label(let label, let classes): throw TrainingError.tooFewClasses(classes: classes, label: label)
    case nil: break
    }
  }

  /// How many scores the network ends with.
  private func classes() throws -> Int {
    guard let scores = try shapes().last, scores.isFlat, scores.image.height == 1, scores.image.width == 1 else {
      throw TrainingError.noScores(lastLayer: layerNames.last ?? "")
    }
    return scores.image.count
  }
}
