import Catalog
import Foundation
import StageKit
import Training

/// Tells of epochs as they pass, and keeps them for the catalog; and for the run that goes on where this one is
/// interrupted.
public final class EpochRecord {
  /// The epochs so far, those of the interrupted run first.
  public private(set) var epochs: [Catalog.Epoch] = []
  /// Where the interrupted run stands, nil where training begins.
  public let state: TrainingState?
  private let file: TrainingStateFile
  private let run: StageRun
  private let total: Int
  private let clock = ContinuousClock()
  private var start: ContinuousClock.Instant
  private var isSaving = true

  /// A record of `epochs` epochs, the next of which begins now. Says whether an interrupted run is gone on with, and
  /// warns of a state that cannot be used.
  public init(_ run: StageRun, epochs: Int) {
    self.run = run
    total = epochs
    file = TrainingStateFile(run)
    run.removeWhenDone(file.path)
    start = clock.now
    do {
      let found = try file.read()
      state = found?.state
      self.epochs = found?.epochs ?? []
      if let state { run.say("goes on after epoch \(state.epoch) of \(epochs), as \(file.path) has it") }
    } catch {
      state = nil
      run.warn("\(OneLine.describe(error)); training begins anew")
    }
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

  /// Keeps where training stands after an epoch. Where that cannot be written, training goes on all the same, and one
  /// warning says so.
  public func save(_ state: TrainingState) {
    guard isSaving else { return }
    do {
      try file.write(state, epochs: epochs)
    } catch {
      isSaving = false
      run.warn("\(OneLine.describe(error)); interrupted, this run would begin anew")
    }
  }
}

/// A stage that trains, and keeps beside its output where it stands.
public protocol TrainingStage: Stage {}

extension TrainingStage {
  /// The output, and the file that holds where training stands.
  public var outputs: [String] { [options.output, TrainingStateFile.path(beside: options.output)] }
}
