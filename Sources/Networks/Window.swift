/// A number for rows and one for columns. In a network file one number stands for both, or a list has the two.
public struct Pair: Sendable, Equatable, ExpressibleByIntegerLiteral {
  /// That of rows.
  public var height: Int
  /// That of columns.
  public var width: Int

  /// A number for rows and one for columns.
  public init(_ height: Int, _ width: Int) { (self.height, self.width) = (height, width) }

  /// One number for both.
  public init(_ both: Int) { self.init(both, both) }

  /// One number for both.
  public init(integerLiteral both: Int) { self.init(both) }

  /// `3x3`.
  var outline: String { "\(height)x\(width)" }

  /// `2`, or `2x1`.
  var short: String { height == width ? "\(height)" : outline }
}

/// Rows and columns around an image that are not there. In a network file one number stands for every side, a list of
/// two for rows and columns, a list of four for top, left, bottom and right, in ONNX's order.
public struct Padding: Sendable, Equatable, ExpressibleByIntegerLiteral {
  /// Rows above.
  public var top: Int
  /// Columns on the left.
  public var left: Int
  /// Rows below.
  public var bottom: Int
  /// Columns on the right.
  public var right: Int

  /// Each side's own.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
  }

  /// The same on every side.
  public init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }

  /// The same on every side.
  public init(integerLiteral all: Int) { self.init(all) }

  /// The largest side.
  package var largest: Int { max(top, left, bottom, right) }

  /// The sides as a network file has them, as short as may be.
  fileprivate var list: [Int] {
    if (top, left) != (bottom, right) { return [top, left, bottom, right] }
    return top == left ? [top] : [top, left]
  }

  /// `1`, `1x2`, or `0,0,1,1`.
  var short: String {
    let list = list.map(String.init)
    return list.count == 4 ? list.joined(separator: ",") : list.joined(separator: "x")
  }
}

/// One number, or a list of numbers, in a network file.
private struct Numbers: Codable {
  let values: [Int]

  init(_ values: [Int]) { self.values = values }

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do {
      values = [try container.decode(Int.self)]
    } catch {
      guard let list = try? container.decode([Int].self) else { throw error }
      values = list
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    if values.count == 1 { try container.encode(values[0]) } else { try container.encode(values) }
  }

  static func wrong(_ decoder: any Decoder, _ expected: String, _ found: [Int]) -> DecodingError {
    .dataCorrupted(
      .init(codingPath: decoder.codingPath, debugDescription: "expected \(expected), found \(found)"))
  }
}

extension Pair: Codable {
  /// One number, or two.
  public init(from decoder: any Decoder) throws {
    let values = try Numbers(from: decoder).values
    switch values.count {
    case 1: self.init(values[0])
    case 2: self.init(values[0], values[1])
    default: throw Numbers.wrong(decoder, "one number, or two: of rows and of columns", values)
    }
  }

  /// One number where both are the same.
  public func encode(to encoder: any Encoder) throws {
    try Numbers(height == width ? [height] : [height, width]).encode(to: encoder)
  }
}

extension Padding: Codable {
  /// One number, two or four.
  public init(from decoder: any Decoder) throws {
    let values = try Numbers(from: decoder).values
    switch values.count {
    case 1: self.init(values[0])
    case 2: self.init(top: values[0], left: values[1], bottom: values[0], right: values[1])
    case 4: self.init(top: values[0], left: values[1], bottom: values[2], right: values[3])
    default:
      throw Numbers.wrong(decoder, "one number, two (rows, columns) or four (top, left, bottom, right)", values)
    }
  }

  /// As short as may be.
  public func encode(to encoder: any Encoder) throws { try Numbers(list).encode(to: encoder) }
}

/// What slides over an image.
package struct Window: Sendable, Equatable {
  /// Rows and columns of values.
  package var kernel: Pair
  /// Pixels from one window to the next.
  package var stride: Pair
  /// What is around the image.
  package var padding: Padding
  /// Pixels from one value of a window to the next.
  package var dilation: Pair
  /// Whether a last window that the image fills in part counts.
  package var ceil: Bool

  /// A window of the given parts.
  package init(kernel: Pair, stride: Pair = 1, padding: Padding = 0, dilation: Pair = 1, ceil: Bool = false) {
    (self.kernel, self.stride, self.padding, self.dilation, self.ceil) = (kernel, stride, padding, dilation, ceil)
  }

  /// Rows and columns from a window's first value to its last.
  package var extent: Pair {
    Pair((kernel.height - 1) * dilation.height + 1, (kernel.width - 1) * dilation.width + 1)
  }

  /// Whether every window is a square of neighbours that lies within the image, and slides by one stride.
  package var isPlain: Bool {
    padding == 0 && dilation == 1 && !ceil && kernel.height == kernel.width && stride.height == stride.width
  }

  /// The values of a window along one side of an image, `count` neighbours from `first` on: those within.
  package static func inside(first: Int, count: Int, size: Int) -> Range<Int> {
    let low = max(0, -first)
    return low..<max(low, min(count, size - first))
  }
}

extension OperationKind {
  /// What leaves windows that slide over an image. Rows and columns that fill no window are left out, or, with `ceil`,
  /// make a last window that begins within the image or the padding before it, as in PyTorch.
  func slide(_ window: Window, over image: ImageShape, channels: Int) throws(OperationError) -> ActivationShape {
    for (key, pair) in [("kernel", window.kernel), ("stride", window.stride), ("dilation", window.dilation)] {
      try require(min(pair.height, pair.width), key, atLeast: 1)
      try require(max(pair.height, pair.width), key, atLeast: 1)
    }
    let padding = window.padding
    try require(min(padding.top, padding.left, padding.bottom, padding.right), "padding", atLeast: 0)
    try require(padding.largest, "padding", atLeast: 0)
    let extent = window.extent
    func count(_ size: Int, before: Int, after: Int, extent: Int, stride: Int) throws(OperationError) -> Int {
      let room = size + before + after - extent
      guard room >= 0 else {
        let dilated = window.dilation == 1 ? "" : ", dilated to \(window.extent.outline),"
        throw OperationError(
          "kernel \(window.kernel.short)\(dilated) is larger than its input \(image) with padding \(padding.short)")
      }
      guard window.ceil else { return room / stride + 1 }
      let count = (room + stride - 1) / stride + 1
      return (count - 1) * stride >= size + before ? count - 1 : count
    }
    let output = ImageShape(
      channels: channels,
      height: try count(
        image.height, before: padding.top, after: padding.bottom, extent: extent.height, stride: window.stride.height),
      width: try count(
        image.width, before: padding.left, after: padding.right, extent: extent.width, stride: window.stride.width))
    return ActivationShape(image: output, isFlat: false)
  }
}
