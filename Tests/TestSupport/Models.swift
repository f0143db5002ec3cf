import Kernels
import Layers
import Networks
import QuantizedLayers
import Tensors

extension Compute {
  /// The given kernels on so many threads.
  package init(_ set: InstructionSet = .best, threads: Int = 1) throws {
    self.init(kernels: try Kernels(set), pool: ThreadPool(threads: threads))
  }

  /// Every instruction set of this machine, each on one thread and on two: results must not tell them apart.
  package static func all() throws -> [Compute] {
    try InstructionSet.available.flatMap { set in
      try [1, 2].map { try Compute(set, threads: $0) }
    }
  }
}

extension Network {
  /// A network over images of the given size.
  package init(_ channels: Int, _ height: Int, _ width: Int, _ operations: [Operation]) {
    self.init(
      name: "Test", input: ImageShape(channels: channels, height: height, width: width),
      layers: operations.enumerated().map { Layer("l\($0.offset)", $0.element) })
  }
}

extension Network {
  /// A network over images of the given size, of layers that name what they read where it is not the layer before.
  package init(_ channels: Int, _ height: Int, _ width: Int, layers: [Layer]) {
    self.init(name: "Test", input: ImageShape(channels: channels, height: height, width: width), layers: layers)
  }
}

extension FloatModel {
  /// A model with parameters of ordinary size; variances and batch-normalization weights are positive.
  package init(random network: Network, seed: UInt64 = 1) throws {
    var random = SeededGenerator(seed: seed)
    var parameters: [String: Tensor] = [:]
    for (name, shape) in try network.parameterShapes().sorted(by: { $0.key < $1.key }) {
      let isPositive = name.hasSuffix("running_var") || (shape.rank == 1 && name.hasSuffix("weight"))
      let bound = shape.rank > 1 ? (3 * Double(shape[0]) / Double(shape.count)).squareRoot() : 0.5
      parameters[name] = Tensor(
        shape, random.floats(shape.count, isPositive ? 0.5 : -bound, isPositive ? 2 : bound))
    }
    try self.init(network: network, parameters: parameters)
  }
}

extension FloatEngine {
  /// The scores of some images.
  package func logits(_ images: [Float], count: Int) -> [Float] {
    images.withUnsafeBufferPointer { logits($0, count: count) }
  }

  /// One forward and backward pass.
  @discardableResult
  package func train(_ images: [Float], labels: [UInt8]) -> (loss: Double, correct: Int) {
    images.withUnsafeBufferPointer { images in
      labels.withUnsafeBufferPointer { train(images, labels: $0, count: labels.count) }
    }
  }
}

extension QuantizedEngine {
  /// The scores of some images.
  package func logits(_ images: [Float], count: Int) -> [Float] {
    images.withUnsafeBufferPointer { logits($0, count: count) }
  }
}
