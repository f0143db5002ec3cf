import Passes
import Quantization
import Reporting
import Tables
import Tensors

/// The training images that calibration used.
package enum CalibrationFindings {
  /// Pictures in a row of a sheet.
  private static let columns = 32
  /// Pictures of a sheet: of more, the first are drawn, so that a page stays small.
  private static let most = 2048

  /// A sheet for each set of images that some schemes calibrated on, in the order of the schemes. Images with colours have none.
  /// - Throws: `CalibrationError` when the training set has fewer images than a scheme calibrates on.
  package static func sheets(
    of schemes: [(name: String, set: CalibrationSet?)], images: ImageSet
  ) throws -> [Report.Calibration] {
    var sets: [(set: CalibrationSet, schemes: [String])] = []
    for (name, set) in schemes {
      guard let set else { continue }
      if let index = sets.firstIndex(where: { $0.set == set }) {
        sets[index].schemes.append(name)
      } else {
        sets.append((set, [name]))
      }
    }
    return try sets.compactMap { set, schemes in
      let drawn = try Calibrate.drawnImages(set, from: images.count)
      let pictures = drawn.prefix(most).compactMap(images.picture)
      guard !pictures.isEmpty else { return nil }
      let rest = drawn.count > most ? ", the first \(Format.integer(most)) of them" : ""
      let order = set.order == .shuffled ? "shuffled by seed \(set.seed)" : "in the file's order"
      return Report.Calibration(
        title: "\(set.batches) batches of \(set.batchSize) training images, \(order)\(rest)", schemes: schemes,
        sheet: GreyImage(sheet: pictures, columns: columns))
    }
  }
}
