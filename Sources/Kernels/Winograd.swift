internal import CKernels

/// A 3x3 convolution of stride 1 by Winograd's F(4x4, 3x3) (Lavin and Gray, 2015): a quarter of the multiplications, at
/// the price of two transforms and of a few more units in the last place.
///
/// Every 4x4 tile of the output is made of a 6x6 patch of the input. A patch becomes 36 numbers for each channel, one for
/// each plane; each plane is a matrix product over channels; and 36 results become a tile.
public enum Winograd {
  /// The height and width of a tile of outputs.
  public static let tile = 4
  /// The matrix products.
  public static let planes = 36
  /// Fewer channels, of the input or of the output, are not worth the transforms.
  public static let leastChannels = 8

  /// The tiles that are transformed at once, whole rows of them: some 14, whose planes, of a few channels, stay in the
  /// nearest caches.
  public static func bands(rows: Int, columns: Int) -> [Range<Int>] {
    let tiles = max(14 / columns, 1) * columns
    return stride(from: 0, to: rows * columns, by: tiles).map { $0..<min($0 + tiles, rows * columns) }
  }
}

extension Kernels {
  /// v[plane * planeStride + t * channels + c] of `tiles` patches.
  /// - Parameters:
  ///   - tile: the offset of each patch's first pixel.
  ///   - row: elements from one row of the input to the next; pixels lie `channels` apart.
  public func winogradInput(
    tiles: Int, channels: Int, x: UnsafePointer<Float>, tile: UnsafePointer<Int32>, row: Int,
    v: UnsafeMutablePointer<Float>, planeStride: Int
  ) {
    precondition(tiles >= 0 && channels >= 0, "winogradInput: a size is negative")
    var arguments = octavo_winograd_input_f32(
      tiles: tiles, channels: channels, x: x, x_tile: tile, x_row: row, v: v, v_plane: planeStride)
    table.pointee.winograd_input_f32(&arguments)
  }

  /// The tiles of outputs that m[plane * planeStride + t * channels + c] stand for, plus a bias, rectified if asked.
  /// - Parameters:
  ///   - bias: one for each channel, nil for none.
  ///   - tile: the offset of each tile's first pixel.
  ///   - row: elements from one row of the output to the next; pixels lie `channels` apart.
  public func winogradOutput(
    tiles: Int, channels: Int, m: UnsafePointer<Float>, planeStride: Int, bias: UnsafePointer<Float>?, relu: Bool,
    y: UnsafeMutablePointer<Float>, tile: UnsafePointer<Int32>, row: Int
  ) {
    precondition(tiles >= 0 && channels >= 0, "winogradOutput: a size is negative")
    var arguments = octavo_winograd_output_f32(
      tiles: tiles, channels: channels, m: m, m_plane: planeStride, bias: bias, relu: relu, y: y, y_tile: tile,
      y_row: row)
    table.pointee.winograd_output_f32(&arguments)
  }

  /// u[plane * planeStride + k] of `count` kernels w[tap * tapStride + k], taps row by row.
  public func winogradWeight(
    count: Int, w: UnsafePointer<Float>, tapStride: Int, u: UnsafeMutablePointer<Float>, planeStride: Int
  ) {
    precondition(count >= 0, "winogradWeight: a size is negative")
    var arguments = octavo_winograd_weight_f32(count: count, w: w, w_tap: tapStride, u: u, u_plane: planeStride)
    table.pointee.winograd_weight_f32(&arguments)
  }
}
