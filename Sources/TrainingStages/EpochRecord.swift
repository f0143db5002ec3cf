import Catalog
import Foundation
import StageKit
import Training

/// Tells of epochs as they pass, and keeps them for the catalog.
public final class EpochRecord {
  /// The epochs so far.
  public private(set) var epochs: [Catalog.Epoch] = []
  private let run: StageRun
  private let total: Int
  private let clock = ContinuousClock()
  private var start: ContinuousClock.Instant

  /// A record of `epochs` epochs, the first of which begins now.
  public init(_ run: StageRun, epochs: Int) {
    self.run = run
    total = epochs
    start = clock.now
  }

  /// Draws how much of an epoch is done, and its loss so far.
  public func progress(_ step: EpochLoop.Step) {
    run.progress.update(
      step.images, of: step.total, "epoch \(step.epoch) of \(total)", unit: "images",
      figure: String(format: "loss %.4f", step.loss))
  }

  /// Takes in an epoch that ended, and says a line of it.
  public func done(_ epoch: EpochLoop.Epoch) {
    let seconds = (clock.now - start) / .seconds(1)
    start = clock.now
    run.say("\(epoch.headline(of: total)), \(String(format: "%.1f s", seconds))")
    epochs.append(
      .init(
        epoch: epoch.number, loss: epoch.loss, trainAccuracy: epoch.accuracy, testAccuracy: epoch.testAccuracy,
        seconds: seconds))
  }
}
