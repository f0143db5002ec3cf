import Files
import Networks
import Quantization
import QuantizedLayers

/// Which value of an int8 network stands for which of the float network that it was made of.
///
/// What was converted here has the float network itself. What was quantized elsewhere came in by a file of its own: the
/// network and its layers may be called otherwise, padding that no window reads is not told, a product may have got a
/// bias, a ReLU may be left to integers that stand for nothing below zero, and tables that change nothing but a scale
/// were put in. None of that makes them two networks.
struct NetworkPairs {
  /// A value of both networks.
  struct Pair: Equatable {
    /// What it is called in a list of all: as in the float network; behind a table that changes a scale, as in int8's.
    let name: String
    /// Its name in the float network: behind the ReLU that int8 leaves to its integers.
    fileprivate(set) var float: String
    /// Its name in the int8 network.
    let int8: String
    /// Whether such a table made it in the int8 network.
    let isRescaled: Bool
  }

  /// Every value of the int8 network, the input first.
  private(set) var all: [Pair]
  /// For each of them, its place among the float network's values.
  private var places = [0]
  private let float: Network
  private let mine: [DescribedLayer]
  /// How many of the float network's layers have been found.
  private var found = 0

  /// The pairs of two networks, each in the order of its file.
  /// - Parameter parameters: what the integers of the int8 network's values stand for, by name.
  /// - Throws: `EvaluationError.differentNetworks` with the first thing in which they differ, `NetworkError` where layers
  ///   of one do not fit each other.
  init(float: Network, int8: Network, parameters: [String: QuantizationParameters]) throws {
    guard float.input == int8.input, float.normalization == int8.normalization else {
      throw EvaluationError.differentNetworks(float: float.images, int8: int8.images)
    }
    self.float = float
    mine = try float.described()
    all = [Pair(name: Network.inputName, float: Network.inputName, int8: Network.inputName, isRescaled: false)]
    for layer in try int8.described() {
      while !add(layer, parameters[layer.name]) {
        guard passActivation(parameters) else {
          throw EvaluationError.differentNetworks(float: next, int8: layer.text)
        }
      }
    }
    while found < mine.count {
      guard passActivation(parameters) else {
        throw EvaluationError.differentNetworks(float: next, int8: "no further layer")
      }
    }
  }

  /// The next layer of the float network, for a message.
  private var next: String { found < mine.count ? mine[found].text : "no further layer" }

  /// Pairs a layer of the int8 network with the next float one, or with what it rescales.
  /// - Returns: whether it is either.
  private mutating func add(_ layer: DescribedLayer, _ parameters: QuantizationParameters?) -> Bool {
    let reads = layer.reads.map { places[$0] }
    if found < mine.count, mine[found].isSame(as: layer, keeping: parameters), mine[found].reads == reads {
      found += 1
      places.append(found)
      let name = mine[found - 1].name
      all.append(Pair(name: name, float: name, int8: layer.name, isRescaled: false))
      return true
    }
    guard layer.isTable else { return false }
    places.append(reads[0])
    all.append(
      Pair(
        name: float.free(layer.name), float: float.valueNames[reads[0]], int8: layer.name, isRescaled: true))
    return true
  }

  /// Passes over the next float layer, where it is an activation that changes nothing of what the integers can stand for:
  /// they stand for what leaves it then.
  /// - Returns: whether it is one.
  private mutating func passActivation(_ parameters: [String: QuantizationParameters]) -> Bool {
    guard found < mine.count, let source = mine[found].reads.first else { return false }
    let values = places.indices.filter { places[$0] == source }
    guard
      !values.isEmpty,
      values.allSatisfy({ parameters[all[$0].int8].map(mine[found].operation.isWithin) ?? false })
    else { return false }
    found += 1
    for value in values { (places[value], all[value].float) = (found, mine[found - 1].name) }
    return true
  }
}

extension QuantizedModel {
  /// What the integers of each value stand for, by the value's name; of real numbers none.
  package var valueParameters: [String: QuantizationParameters] {
    let pairs = network.valueNames.compactMap { name -> (String, QuantizationParameters)? in
      guard case .integer(let scale) = lowered.form(of: name) else { return nil }
      return scales[scale].map { (name, $0) }
    }
    return Dictionary(uniqueKeysWithValues: pairs)
  }
}

/// A layer by what it computes.
private struct DescribedLayer {
  let name: String
  let operation: Operation
  /// The places of the values that it reads, and their names.
  let reads: [Int]
  let readNames: [String]
  let leaving: ActivationShape

  /// Whether an int8 layer computes the same from the same values.
  /// - Parameter parameters: what the integers that leave that one stand for.
  func isSame(as int8: DescribedLayer, keeping parameters: QuantizationParameters?) -> Bool {
    guard operation.essence == int8.operation.essence, leaving == int8.leaving else { return false }
    return operation.hasFusedReLU == int8.operation.hasFusedReLU
      || operation.hasFusedReLU && parameters.map(Operation.relu.isWithin) ?? false
  }

  /// Whether it leaves real numbers as they are, and so changes at most the scale of integers.
  var isTable: Bool { operation == .leakyReLU(LeakyReLU(slope: 1)) }

  /// `'conv1' (conv2d 3x3, padding 1), which makes 16x28x28 of 'quant'`.
  var text: String {
    "\(quoted(name)) (\(operation.outline)), which makes \(leaving) of "
      + readNames.map(quoted).joined(separator: " and ")
  }
}

extension Network {
  fileprivate func described() throws -> [DescribedLayer] {
    let (shapes, sources, names) = (try shapes(), try sources(), valueNames)
    return layers.indices.map { index in
      DescribedLayer(
        name: layers[index].name, operation: layers[index].operation, reads: sources[index],
        readNames: sources[index].map { names[$0] }, leaving: shapes[index + 1])
    }
  }

  /// `images of 1x28x28, mean [0.1307], std [0.3081]`.
  fileprivate var images: String {
    "images of \(input)" + (normalization.map { ", mean \($0.mean), std \($0.std)" } ?? ", not normalized")
  }

  /// A name that no value has.
  fileprivate func free(_ wanted: String) -> String {
    var name = wanted
    while valueNames.contains(name) { name += "_" }
    return name
  }
}

extension Operation {
  /// The operation without what does not tell two of them apart that make values of one size of one value: whether a bias
  /// is added, and how far padding reaches beyond the last window, which the size says. A fused ReLU is asked for apart.
  fileprivate var essence: Operation {
    switch rectifiable?.settingReLU(false) ?? self {
    case .conv2d(var conv):
      (conv.bias, conv.padding) = (false, conv.padding.start)
      return .conv2d(conv)
    case .linear(var linear):
      linear.bias = false
      return .linear(linear)
    case .maxPool2d(var pool):
      (pool.ceil, pool.padding) = (false, pool.padding.start)
      return .maxPool2d(pool)
    case .averagePool2d(var pool) where pool.padding == 0 || !pool.countIncludePad:
      // Padding that a last window fills up with is never counted; nor is any where the pool says so.
      (pool.ceil, pool.padding, pool.countIncludePad) = (false, pool.padding.start, false)
      return .averagePool2d(pool)
    case let other: return other
    }
  }

  /// Whether it leaves every number as it is that some integers stand for: ReLU where none is below zero, ReLU6 where none
  /// is above 6 either, but for less than half a step.
  fileprivate func isWithin(_ parameters: QuantizationParameters) -> Bool {
    let (range, zero) = (parameters.range, parameters.zeroPoint)
    switch self {
    case .relu: return range.low >= zero
    case .relu6: return range.low >= zero && (Float(range.high - zero) - 0.5) * parameters.scale < 6
    default: return false
    }
  }
}

extension Padding {
  /// The sides before the first window alone.
  fileprivate var start: Padding { Padding(top: top, left: left, bottom: 0, right: 0) }
}
