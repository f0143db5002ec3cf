import Tensors

/// What can be wrong with a network or with the parameters given for it.
public enum NetworkError: Error, Equatable, CustomStringConvertible {
  /// An input without pixels.
  case badInput(ImageShape)
  /// A normalization of the input that makes no sense, by its key.
  case badNormalization(String, expected: String, found: String)
  /// No layer.
  case noLayers
  /// An empty name or part of one, or a character that paths need.
  case badName(String)
  /// Two layers of one name, or one named as the input is.
  case repeatedName(String)
  /// A layer whose name is that of another layer's tensor.
  case nameOfTensor(String, of: String)
  /// A layer whose sizes do not fit what flows into it, or make no sense.
  case doesNotFit(String, String)
  /// A layer that reads what neither the input is nor an earlier layer, with the names that it may read.
  case unknownInput(String, String, known: [String])
  /// A layer that reads one value twice.
  case repeatedInput(String, String)
  /// A softmax that is not the last layer.
  case earlySoftmax(String)
  /// A layer whose output no other reads, and which is not the last.
  case unread(String)
  /// A parameter that the network needs and the file lacks.
  case missingParameter(String, Shape)
  /// A parameter of another shape or element type.
  case wrongParameter(String, expected: String, found: String)
  /// A parameter of an element type that Octavo does not hold.
  case foreignParameter(String, expected: DType, Shape?, found: ForeignTensor)
  /// A parameter that no layer uses.
  case unknownParameter(String)

  /// One line: where, expected, found.
  public var description: String {
    switch self {
    case .badInput(let input):
      "network input: expected channels, height and width of 1 to \(Layer.largestSize), found \(input)"
    case .badNormalization(let key, let expected, let found):
      "network input, \(key): expected \(expected), found \(found)"
    case .noLayers: "network: expected at least one layer, found none"
    case .badName(let name):
      "layer name '\(name)': expected a word, or several with a dot between them, without slashes, quotes or blanks"
    case .repeatedName(let name): "layer '\(name)': the name is taken; every layer needs its own"
    case .nameOfTensor(let name, let owner):
      "layer '\(name)': the name is that of a tensor of layer '\(owner)'; every layer needs its own"
    case .doesNotFit(let layer, let reason): "layer '\(layer)': \(reason)"
    case .unknownInput(let layer, let input, let known):
      "layer '\(layer)', inputs: expected names among \(known.joined(separator: ", ")), found '\(input)'"
    case .repeatedInput(let layer, let input):
      "layer '\(layer)', inputs: expected different values, found '\(input)' twice"
    case .earlySoftmax(let layer):
      "layer '\(layer)': expected a softmax as the last layer alone, found others behind it"
    case .unread(let layer):
      "layer '\(layer)': expected a later layer that reads it, found none; name it in inputs, or remove it"
    case .missingParameter(let name, let shape): "parameter '\(name)': expected shape \(shape), found none"
    case .wrongParameter(let name, let expected, let found):
      "parameter '\(name)': expected \(expected), found \(found)"
    case .foreignParameter(let name, let dtype, let shape, let found):
      "parameter '\(name)': expected \(dtype.rawValue)\(shape.map { " \($0)" } ?? ""), found \(found); "
        + "save it as \(Self.word(dtype))"
    case .unknownParameter(let name): "parameter '\(name)': no layer of the network uses it"
    }
  }

  /// A type as Python knows it: such files come from there.
  private static func word(_ dtype: DType) -> String {
    switch dtype {
    case .f32: "float32"
    case .s8: "int8"
    case .u8: "uint8"
    case .s32: "int32"
    }
  }
}
