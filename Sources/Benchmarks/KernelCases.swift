import Kernels
import Networks

extension KernelCase {
  /// Every kernel, on the shapes that a network gives it.
  ///
  /// Products, pools and what follows a product are there for each layer; the kernels that go over activations or
  /// weights value by value, for the largest.
  /// - Throws: `NetworkError` when the network's layers do not fit each other.
  package static func all(of network: Network, batch: Int) throws -> [KernelCase] {
    let shapes = try network.shapes().map(\.image)
    let inputs = try network.inputShapes().map(\.image)
    let layers = network.layers.enumerated().map { (layer: $1, input: inputs[$0], output: shapes[$0 + 1]) }
    let products = layers.compactMap { ProductShape($0.layer, input: $0.input, output: $0.output, batch: batch) }
    var cases = products.map(gemmF32) + products.map(weightGradient)
    cases += layers.flatMap {
      WinogradShape($0.layer, input: $0.input, output: $0.output, batch: batch)?.cases ?? []
    }
    cases += ProductPath.allCases.flatMap { path in products.map { gemmU8S8($0, path) } }
    cases += products.map(requantize) + products.map(dequantize)
    cases += QuantizeRule.allCases.map { quantize(network.input, batch: batch, rule: $0) }
    for (layer, input, output) in layers {
      if case .maxPool2d(let pool) = layer.operation {
        cases += pools(of: layer.name, pool, input, output, batch: batch)
      }
      cases += graphs(of: layer, input, output, batch: batch)
    }
    if let largest = layers.max(by: { $0.output.count < $1.output.count }) {
      cases += activations(of: largest.layer.name, largest.output, batch: batch)
      cases += fakeQuantization(of: largest.layer.name, largest.output, batch: batch)
    }
    if let largest = products.max(by: { $0.terms * $0.out < $1.terms * $1.out }) {
      cases.append(transpose(largest.layer, rows: largest.rows, columns: largest.terms))
      cases.append(adam(largest.layer, count: largest.terms * largest.out))
    }
    if let classes = shapes.last?.count { cases.append(crossEntropy(classes: classes, batch: batch)) }
    return cases
  }
}
