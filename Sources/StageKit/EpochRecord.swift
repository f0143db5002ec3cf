import Catalog
import Foundation
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

  /// Draws how many batches of an epoch are done.
  public func progress(epoch: Int, batch: Int, batches: Int) {
    run.progress.update(batch, of: batches, "epoch \(epoch) of \(total)")
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
