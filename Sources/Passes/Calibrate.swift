import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import Tensors

/// Watches a float model at work and chooses every activation's scale and zero point.
public enum Calibrate {
  /// Feeds the scheme's batches through a fused model under observers.
  /// - Parameters:
  ///   - images: the training images, of which the scheme draws.
  ///   - progress: told after each batch how many are done, of how many.
  /// - Throws: `SchemeError` when the scheme names a layer that the network lacks, `CalibrationError`, `NetworkError`.
  public static func calibrate(
    _ model: FloatModel, scheme: QuantizationScheme, images: ImageSet, compute: Compute,
    progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws -> CalibratedModel {
    try scheme.validate(for: model.network)
    guard let set = scheme.calibration else { throw CalibrationError.notStatic(scheme.type) }
    let order = try drawnImages(set, from: images.count)
    let names = try scheme.lowered(model.network).scaledNames
    let activationSchemes = try scheme.activationSchemes(for: model)
    let schemes = names.compactMap { activationSchemes[$0] }
    let operations = Dictionary(uniqueKeysWithValues: model.network.layers.map { ($0.name, $0.operation) })
    var observers = schemes.map { $0.makeObserver() }
    let engine = try FloatEngine(model, capacity: set.batchSize, compute: compute)
    for (index, batch) in ImageSet.batches(of: order.count, size: set.batchSize).enumerated() {
      let pixels = images.floats(order[batch])
      _ = pixels.withUnsafeBufferPointer { engine.logits($0, count: batch.count) }
      for (position, name) in names.enumerated() {
        do {
          let values = engine.values(of: name, count: batch.count)
          let isFused = operations[name]?.hasFusedReLU ?? false
          let times = isFused ? scheme.profile.observationsOfFusedLayer : 1
          for _ in 0..<times { try observers[position].observe(values[...]) }
        } catch {
          throw CalibrationError.notFinite(tensor: name, batch: index, error.description)
        }
      }
      progress(index + 1, set.batches)
    }
    var observations: [String: ActivationRecord] = [:]
    for (name, (activations, observer)) in zip(names, zip(schemes, observers)) {
      let observed = observer.observed
      do {
        observations[name] = ActivationRecord(
          observed: observed,
          parameters: try QuantizationParameters(
            covering: observed, symmetry: activations.symmetry, range: activations.range,
            least: scheme.profile.leastScale))
      } catch {
        throw CalibrationError.noScale(tensor: name, error.description)
      }
    }
    return try CalibratedModel(model: model, scheme: scheme, observations: observations)
  }

  /// The indices of the images that a scheme draws, in the order in which they are fed.
  public static func drawnImages(_ set: CalibrationSet, from count: Int) throws(CalibrationError) -> [Int] {
    let (product, overflows) = set.batches.multipliedReportingOverflow(by: set.batchSize)
    let wanted = overflows ? .max : product
    guard wanted <= count else { throw .tooFewImages(expected: wanted, found: count) }
    switch set.order {
    case .file: return Array(0..<wanted)
    case .shuffled:
      var generator = SeededGenerator(seed: set.seed)
      return Array(generator.permutation(count)[..<wanted])
    }
  }
}
