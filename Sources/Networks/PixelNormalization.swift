/// How an image's pixels, given in 0 ... 1, are shifted and scaled before the first layer: `(x - mean) / std`, channel
/// by channel, as torchvision's `Normalize` does.
///
/// It is part of the network, so that whoever runs the model gives it plain pixels and cannot forget it. A network file
/// has it beside the input's sizes: `input: {channels: 1, height: 28, width: 28, mean: [0.1307], std: [0.3081]}`.
public struct PixelNormalization: Sendable, Equatable {
  /// What is taken from each pixel: one number for all channels, or one for each.
  public var mean: [Float]
  /// What the difference is divided by, likewise; above 0.
  public var std: [Float]

  /// A normalization by the given numbers; `Network.shapes()` says whether they fit the channels.
  public init(mean: [Float], std: [Float]) {
    self.mean = mean
    self.std = std
  }

  /// The two numbers of a channel.
  /// - Precondition: the normalization fits the network's channels.
  public subscript(channel: Int) -> (mean: Float, std: Float) {
    (mean[mean.count == 1 ? 0 : channel], std[std.count == 1 ? 0 : channel])
  }

  /// Checks the numbers against an input's channels.
  /// - Throws: `NetworkError.badNormalization`, naming the key.
  func check(channels: Int) throws(NetworkError) {
    for (key, values) in [("mean", mean), ("std", std)] {
      guard values.count == 1 || values.count == channels else {
        let counts = channels == 1 ? "1 number" : "1 number or \(channels), one for each channel"
        throw .badNormalization(key, expected: counts, found: "\(values.count)")
      }
      let isStd = key == "std"
      if let bad = values.first(where: { !$0.isFinite || isStd && $0 <= 0 }) {
        throw .badNormalization(key, expected: isStd ? "finite numbers above 0" : "finite numbers", found: "\(bad)")
      }
    }
  }
}
