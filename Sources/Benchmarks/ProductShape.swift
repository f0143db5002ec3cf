import Kernels
import Layers
import Networks

/// The matrix product that a convolution or linear layer makes of a batch, and how it is cut into calls: a convolution's
/// by images, a linear layer's by two panels of outputs.
package struct ProductShape: Sendable {
  /// The layer.
  package let layer: String
  /// Rows of one call: an image's pixels, or the batch's images.
  package let rows: Int
  /// Terms of each sum.
  package let terms: Int
  /// Outputs.
  package let out: Int
  /// Images.
  package let batch: Int
  /// Elements of all images, borders included.
  package let inputCount: Int
  /// Elements from one call's input to the next's: 0 for a linear layer, all of whose calls read everything.
  package let inputStride: Int
  /// The offset of each row's first term.
  package let rowTable: [Int32]
  /// The offset of each term.
  package let termTable: [Int32]
  /// The offset of each group of four terms; a convolution's kernel rows are filled up to whole groups.
  package let groupTable: [Int32]
  /// Whether a call is an image; else it is `columnsOfCall` outputs.
  package let isConvolution: Bool

  /// Outputs of a linear layer's call.
  private static let callWidth = 2 * Kernels.panel

  /// Calls that make the whole product.
  package var calls: Int { isConvolution ? batch : (out + Self.callWidth - 1) / Self.callWidth }
  /// Multiplications and additions of the whole product.
  package var operations: Int { 2 * rows * terms * out * (isConvolution ? batch : 1) }
  /// Results of the whole product.
  package var resultCount: Int { rows * out * (isConvolution ? batch : 1) }

  /// `784 x 32 x 144`: the rows of a call, the layer's outputs, the terms of a sum.
  package var description: String { "\(rows) x \(out) x \(terms)" }

  /// The outputs of a call.
  package func columns(of call: Int) -> Range<Int> {
    isConvolution ? 0..<out : call * Self.callWidth..<min((call + 1) * Self.callWidth, out)
  }

  /// The offset of a call's input.
  package func input(of call: Int) -> Int { call * inputStride }

  /// The offset of a call's first result; a row of results has `out` of them.
  package func result(of call: Int) -> Int { isConvolution ? call * rows * out : call * Self.callWidth }

  /// The offset of each row's results.
  package var resultTable: [Int32] { (0..<rows).map { Int32($0 * out) } }

  /// The product of a layer, nil for a layer that has none.
  package init?(_ layer: Layer, input: ImageShape, output: ImageShape, batch: Int) {
    self.layer = layer.name
    self.batch = batch
    switch layer.operation {
    case .conv2d(let conv) where conv.groups == 1:
      let layout = ActivationLayout(image: input, border: conv.border)
      isConvolution = true
      rows = output.height * output.width
      termTable = layout.patchTable(conv.window)
      terms = termTable.count
      out = conv.out
      inputStride = layout.imageStride
      inputCount = inputStride * batch
      rowTable = layout.windowTable(conv.window, over: output)
      groupTable = layout.patchGroupTable(conv.window)
    case .linear(let linear):
      isConvolution = false
      rows = batch
      terms = input.count
      out = linear.out
      inputStride = 0
      inputCount = input.count * batch
      rowTable = (0..<batch).map { Int32($0 * input.count) }
      termTable = (0..<input.count).map { Int32($0) }
      groupTable = (0..<(input.count + 3) / 4).map { Int32(4 * $0) }
    default: return nil
    }
  }
}
