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
  var input = images.map(Double.init)
  for (index, layer) in network.layers.enumerated() {
    let output = engine.values(of: layer.name, count: count).map(Double.init)
    let expected = reference.layer(index, input, count: count)
    let bounds = bounds(reference, index, input, count)
    #expect(output.count == expected.count)
    let worst = zip(zip(output, expected), bounds).first { abs($0.0 - $0.1) > $1 }
    #expect(worst == nil, "\(layer) of \(network.input): \(String(describing: worst))")
    input = output
  }
}

private func bounds(_ reference: Reference, _ index: Int, _ input: [Double], _ count: Int) -> [Double] {
  let layer = reference.network.layers[index]
  var magnitudes = reference.magnitudes
  let out: Int
  switch layer.operation {
  case .relu, .maxPool2d, .flatten: return reference.layer(index, input, count: count).map { _ in 0 }
  case .batchNorm2d:
    // |x - mean| <= |x| + |mean|: the network of magnitudes subtracts, so its mean is turned around.
    let name = "\(layer.name).running_mean"
    magnitudes.parameters[name] = magnitudes.parameters[name]?.map { -$0 }
    return magnitudes.layer(index, input.map(abs), count: count).map { $0 * 8 * 0x1p-24 }
  case .averagePool2d(let pool):
    // A term less of additions, and the division.
    let image = reference.image(entering: index)
    let terms = Double((pool.kernel ?? image.height) * (pool.kernel ?? image.width))
    return magnitudes.layer(index, input.map(abs), count: count).map { $0 * terms * 0x1p-24 * (1 + 0x1p-4) }
  case .conv2d(let conv): out = conv.out
  case .linear(let linear): out = linear.out
  }
  let terms = (reference.parameters["\(layer.name).weight"]?.count ?? 0) / out
  return magnitudes.layer(index, input.map(abs), count: count).map {
    $0 * Double(terms) * 0x1p-24 * (1 + 0x1p-4)
  }
}
