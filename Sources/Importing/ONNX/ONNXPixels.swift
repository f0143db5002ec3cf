import Networks

/// The images that enter a graph, shifted and scaled: (x - mean) / std, one number for all channels or one for each.
struct ONNXPixels: Sendable, Equatable {
  private var mean: [Double] = [0]
  private var std: [Double] = [1]

  /// What a graph does to every pixel of a channel.
  enum Change { case add, subtract, multiply, divide }

  /// The images as they were given.
  init() {}

  /// The images after one more change by a constant, 1 number or as many as there are channels.
  ///
  /// (x - mean) / std in this order and from plain pixels keeps the numbers as they are. Any other order rounds each
  /// once more, to the nearest f32.
  func changed(_ change: Change, by values: [Float]) -> ONNXPixels {
    let count = max(mean.count, std.count, values.count)
    func at(_ list: [Double], _ channel: Int) -> Double { list[list.count == 1 ? 0 : channel] }
    let numbers = values.map(Double.init)
    var changed = ONNXPixels()
    switch change {
    case .add: changed.mean = (0..<count).map { at(mean, $0) - at(numbers, $0) * at(std, $0) }
    case .subtract: changed.mean = (0..<count).map { at(mean, $0) + at(numbers, $0) * at(std, $0) }
    case .multiply, .divide: changed.mean = mean
    }
    switch change {
    case .add, .subtract: changed.std = std
    case .multiply: changed.std = (0..<max(std.count, values.count)).map { at(std, $0) / at(numbers, $0) }
    case .divide: changed.std = (0..<max(std.count, values.count)).map { at(std, $0) * at(numbers, $0) }
    }
    return changed
  }

  /// The normalization that they come to, nil where the pixels are taken as they are.
  var normalization: PixelNormalization? {
    guard self != ONNXPixels() else { return nil }
    return PixelNormalization(mean: mean.map { Float($0) }, std: std.map { Float($0) })
  }
}
