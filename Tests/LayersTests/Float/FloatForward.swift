import Kernels
import Layers
import Networks
import TestSupport
import Tensors
import Testing

/// Runs a network and holds each layer's output to the reference, fed with what the engine itself put in: a layer's
/// error is its own.
///
/// A sum of k products, each step rounded once, misses the exact one by at most k 2^-24 of the sum of its terms'
/// magnitudes, and by a sixteenth more of second order. Batch normalization takes fewer than 8 roundings of terms no
/// larger than those of its magnitudes. ReLU, max-pools and flatten choose values: 0.
func expectForward(_ network: Network, count: Int = 2, seed: UInt64 = 1, _ compute: Compute) throws {
  let model = try FloatModel(random: network, seed: seed)
  var random = SeededGenerator(seed: seed, stream: 1)
  let images = random.floats(count * network.input.count)
  let engine = try FloatEngine(model, capacity: count, compute: compute)
  let logits = engine.logits(images, count: count)
  #expect(logits == engine.values(of: network.layerNames.last ?? "", count: count))
  let reference = try Reference(model)
  var values = [images.map(Double.init)]
  for (index, layer) in network.layers.enumerated() {
    let output = engine.values(of: layer.name, count: count).map(Double.init)
    let inputs = reference.sources[index].map { values[$0] }
    let expected = reference.layer(index, inputs, count: count)
    let bounds = bounds(reference, index, inputs, count)
    #expect(output.count == expected.count)
    let worst = zip(zip(output, expected), bounds).first { !(abs($0.0 - $0.1) <= $1) }
    #expect(worst == nil, "\(layer) of \(network.input): \(String(describing: worst))")
    values.append(output)
  }
}

private func bounds(_ reference: Reference, _ index: Int, _ inputs: [[Double]], _ count: Int) -> [Double] {
  let layer = reference.network.layers[index]
  let expected = reference.layer(index, inputs, count: count)
  var magnitudes = reference.magnitudes
  /// So many roundings of terms no larger than these.
  func roundings(_ number: Double) -> [Double] {
    magnitudes.layer(index, inputs.map { $0.map(abs) }, count: count).map { abs($0) * number * 0x1p-24 * (1 + 0x1p-4) }
  }
  let out: Int
  switch layer.operation {
  case .relu, .relu6, .maxPool2d, .flatten, .concat, .dropout, .softmax: return expected.map { _ in 0 }
  case .batchNorm2d, .batchNorm1d:
    // |x - mean| <= |x| + |mean|: the network of magnitudes subtracts, so its mean is turned around.
    let name = "\(layer.name).running_mean"
    magnitudes.parameters[name] = magnitudes.parameters[name]?.map { -$0 }
    return roundings(8)
  case .add, .leakyReLU: return roundings(1)
  // x + 3, the product, the division; near -3 the sum's rounding is one of 3, times x, over 6.
  case .hardSwish: return inputs[0].map { (3 * abs($0) + abs($0) * abs($0)) * 0x1p-24 }
  case .sigmoid: return expected.map { $0 * 0x1p-24 * (1 + 0x1p-4) }
  case .averagePool2d(let pool):
    // A term less of additions, and the division.
    let image = reference.image(entering: index)
    return roundings(Double((pool.kernel?.height ?? image.height) * (pool.kernel?.width ?? image.width)))
  case .conv2d(let conv): out = conv.out
  case .linear(let linear): out = linear.out
  }
  let terms = (reference.parameters["\(layer.name).weight"]?.count ?? 0) / out
  return roundings(Double(terms))
}
