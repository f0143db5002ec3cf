import Transformer

/// Whose weights are due in a file whose tensors have an order, and how many of them are written.
struct WriterTurn {
  private let order: [TransformerTensor]
  private let configuration: TransformerConfiguration
  private var (index, written) = (0, 0)

  init(_ order: [TransformerTensor], _ configuration: TransformerConfiguration) {
    (self.order, self.configuration) = (order, configuration)
  }

  /// Whether the tensor to which the last weights belong is complete.
  var isComplete: Bool { index > 0 && written == 0 }

  /// Takes a piece of a tensor.
  /// - Returns: how many of the tensor's weights came before.
  mutating func take(_ count: Int, of tensor: TransformerTensor) throws(TransformerExportError) -> Int {
    guard index < order.count, order[index] == tensor else {
      throw .outOfTurn(tensor: tensor.name, expected: index < order.count ? order[index].name : nil)
    }
    let (all, start) = (tensor.shape(configuration).count, written)
    guard count > 0, count <= all - written else {
      throw .wrongCount(tensor: tensor.name, expected: all, found: written + count)
    }
    written += count
    if written == all { (index, written) = (index + 1, 0) }
    return start
  }

  /// Checks that nothing is missing.
  func finish() throws(TransformerExportError) {
    guard index < order.count else { return }
    throw .wrongCount(
      tensor: order[index].name, expected: order[index].shape(configuration).count, found: written)
  }
}
