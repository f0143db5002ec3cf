import Catalog
import StageKit
import Tables

extension Table {
  /// Epochs: loss, accuracies and time.
  package static func epochs(_ epochs: [Catalog.Epoch]) -> Table {
    listing(
      "epochs", columns: [.number("Epoch"), .number("Loss"), .number("Train"), .number("Test"), .number("Seconds")],
      of: epochs
    ) { epoch in
      let accuracies = [epoch.trainAccuracy, epoch.testAccuracy].map { $0.map(Format.percent) ?? Format.missing }
      return ["\(epoch.epoch)", Format.decimal(epoch.loss, places: 4)] + accuracies
        + [Format.decimal(epoch.seconds, places: 1)]
    }
  }
}
