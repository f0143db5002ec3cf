import Networks
import Tensors

extension Network {
  /// A graph that nobody wrote: layers of every kind on values drawn at random, until all that is left meets in one sum.
  package init(randomGraph seed: UInt64) throws {
    var graph = RandomGraph(seed: seed)
    for _ in 0..<12 { try graph.grow() }
    self = try graph.finished()
  }
}

private struct RandomGraph {
  private var network: Network
  private var random: SeededGenerator

  init(seed: UInt64) {
    random = SeededGenerator(seed: seed)
    let input = ImageShape(
      channels: 1 + random.below(4), height: 6 + random.below(5), width: 6 + random.below(5))
    network = Network(name: "Random", input: input, layers: [])
  }

  /// Adds a layer, if the one that was drawn fits.
  mutating func grow() throws {
    let values = try images()
    let source = values[random.below(values.count)]
    let (operation, inputs) = draw(source, values)
    var grown = network
    grown.layers.append(Layer("n\(network.layers.count)", operation, inputs: inputs))
    // The last layer alone may be unread while it grows.
    if (try? grown.allImages()) != nil { network = grown }
  }

  /// Every value that nothing reads becomes four scores, and the scores are added.
  func finished() throws -> Network {
    var whole = network
    let read = Set(network.layers.flatMap { $0.inputs ?? [] })
    var sum: String?
    for name in network.valueNames where !read.contains(name) {
      whole.layers.append(Layer("\(name)_flat", .flatten, inputs: [name]))
      whole.layers.append(Layer("\(name)_scores", .linear(Linear(out: 4))))
      if let left = sum {
        whole.layers.append(Layer("\(name)_sum", .add(Add()), inputs: [left, "\(name)_scores"]))
      }
      sum = whole.layers.last?.name
    }
    _ = try whole.shapes()
    return whole
  }

  private func images() throws -> [(name: String, image: ImageShape)] {
    zip(network.valueNames, try network.allImages()).map { ($0, $1) }
  }

  private mutating func pair(_ bound: Int) -> Pair { Pair(1 + random.below(bound), 1 + random.below(bound)) }

  private mutating func padding(_ bound: Int) -> Padding {
    Padding(
      top: random.below(bound), left: random.below(bound), bottom: random.below(bound), right: random.below(bound))
  }

  private mutating func draw(
    _ source: (name: String, image: ImageShape), _ values: [(name: String, image: ImageShape)]
  ) -> (Networks.Operation, [String]) {
    let own = [source.name]
    let channels = source.image.channels
    switch random.below(16) {
    case 0, 1:
      let conv = Conv2d(
        out: 1 + random.below(20), kernel: pair(3), stride: pair(2), padding: padding(3), dilation: pair(2),
        bias: random.below(2) == 0, relu: random.below(2) == 0)
      return (.conv2d(conv), own)
    case 2:
      let groups = channels.isMultiple(of: 2) ? 2 : 1
      return (.conv2d(Conv2d(out: 2 * groups, kernel: pair(3), padding: padding(2), groups: groups)), own)
    case 3, 4:
      let conv = Conv2d(
        out: channels, kernel: pair(3), stride: pair(2), padding: padding(2), dilation: pair(2), groups: channels,
        relu: random.below(2) == 0)
      return (.conv2d(conv), own)
    case 5: return (.batchNorm2d(BatchNorm2d(relu: random.below(2) == 0)), own)
    case 6: return (.maxPool2d(MaxPool2d(kernel: Pair(2, 3), stride: pair(2), padding: padding(2), ceil: true)), own)
    case 7:
      let pool = AveragePool2d(
        kernel: pair(3), stride: pair(2), ceil: random.below(2) == 0, countIncludePad: random.below(2) == 0)
      return (.averagePool2d(pool), own)
    case 8: return (.relu, own)
    case 9: return (.relu6, own)
    case 10: return (.leakyReLU(LeakyReLU(slope: 0.1)), own)
    case 11: return (.hardSwish, own)
    case 12: return (.sigmoid, own)
    case 13, 14:
      let twins = values.filter { $0.image == source.image && $0.name != source.name }
      guard let other = twins.first else { return (.hardSwish, own) }
      return (.add(Add(relu: random.below(2) == 0)), [source.name, other.name])
    default:
      let same = values.filter {
        $0.image.height == source.image.height && $0.image.width == source.image.width && $0.name != source.name
      }
      return same.isEmpty ? (.sigmoid, own) : (.concat, own + same.prefix(2).map(\.name))
    }
  }
}

extension Network {
  /// The images of all values, while some of them are not read yet.
  fileprivate func allImages() throws -> [ImageShape] {
    var images = [Self.inputName: input]
    for layer in layers {
      images[layer.name] = try Self.output(of: layer.operation, (layer.inputs ?? []).map { images[$0] ?? input })
    }
    return valueNames.compactMap { images[$0] }
  }

  /// What leaves an operation when these images enter, asked of a network that has nothing else: each input is made by
  /// a convolution of that shape.
  private static func output(of operation: Networks.Operation, _ inputs: [ImageShape]) throws -> ImageShape {
    let size = inputs[0]
    var layers = inputs.enumerated().map { index, image in
      Layer("i\(index)", .conv2d(Conv2d(out: image.channels, kernel: 1)), inputs: [Network.inputName])
    }
    layers.append(Layer("o", operation, inputs: inputs.indices.map { "i\($0)" }))
    let network = Network(
      name: "Shape", input: ImageShape(channels: 1, height: size.height, width: size.width), layers: layers)
    guard let last = try network.shapes().last else { preconditionFailure("a network has shapes") }
    return last.image
  }
}
