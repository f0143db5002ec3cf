import Passes
import Quantization
import Reporting
import Tensors

/// The training images that calibration watched.
enum CalibrationFindings {
  /// Pictures in a row of a sheet.
  private static let columns = 32

  /// A sheet for each set of images that some schemes watched, in the order of the schemes. Images with colours have none.
  /// - Throws: `CalibrationError` when the training set has fewer images than a scheme watched.
  static func sheets(
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
      let pictures = try Calibrate.drawnImages(set, from: images.count).compactMap(images.picture)
      guard !pictures.isEmpty else { return nil }
      let order = set.order == .shuffled ? "shuffled by seed \(set.seed)" : "in the file's order"
      return Report.Calibration(
        title: "\(set.batches) batches of \(set.batchSize) training images, \(order)", schemes: schemes,
        sheet: GreyImage(sheet: pictures, columns: columns))
    }
  }
}
