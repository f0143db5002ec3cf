import Networks
import Quantization

/// A step of a program as a function of C, with what it needs. Its arguments are pointers: x, or x0, x1 and so on, to what
/// it reads, and y to what it writes. Bytes are as the engine stores them, row by row, pixel by pixel, channels last.
struct CFunction {
  /// The arrays that it reads.
  var constants: [CConstant] = []
  /// The shared functions that it calls.
  var helpers: Set<CHelper> = []
  /// What it does.
  var body = CWriter()
}

/// What a function is made from: a step, and the name that C knows it by.
struct CStep {
  /// The step.
  let step: IntegerProgram.Step
  /// Its name in identifiers.
  let id: String
  /// What it reads.
  let inputs: [IntegerProgram.Value]
  /// What it writes.
  let output: IntegerProgram.Value
  /// What becomes of sums.
  let rounding: CRounding
  /// By whose arithmetic.
  let profile: NumericProfile

  /// The function; nil where the same bytes leave as enter.
  var function: CFunction? {
    switch step.operation {
    case .product(let numbers):
      switch step.layer.operation {
      case .conv2d(let conv): convolution(conv, numbers)
      default: linear(numbers)
      }
    case .maxPool(let pool): maxPool(pool)
    case .averagePool(let pool, let origin): averagePool(pool, origin: origin)
    case .relu: isView ? nil : relu
    case .lookUp(let tables): lookUp(tables)
    case .add(let rule, let clamp): add(rule, clamp)
    case .concat(let tables): concat(tables)
    case .view: nil
    }
  }

  /// Whether the same bytes leave as enter. No byte lies below a zero point of 0.
  var isView: Bool {
    switch step.operation {
    case .view: true
    case .relu: output.zeroPoint == 0
    default: false
    }
  }

  /// Whether each byte that leaves hangs on those in the same place alone, so that they may be the same memory.
  var isElementwise: Bool {
    switch step.operation {
    case .relu, .lookUp, .add: true
    default: false
    }
  }

  /// How long a table for an input's bytes is: none lies above those in use.
  func tableLength(_ input: IntegerProgram.Value) -> Int {
    input.stored(profile.clampRange(of: input.parameters, dtype: input.dtype)).high + 1
  }

  /// `conv1: 1x28x28 -> 16x24x24: conv2d 5x5, relu`.
  var comment: String {
    let shapes = inputs.map { "\($0.shape)" }.joined(separator: " and ")
    return CText.comment("\(step.layer.name): \(shapes) -> \(output.shape): \(step.layer.operation.outline)")
  }
}

extension IntegerProgram.Value {
  /// The zero point of the bytes.
  var zeroPoint: Int { Int(parameters.stored.zeroPoint) }

  /// A range of its integers as bytes.
  func stored(_ range: IntegerRange) -> (low: Int, high: Int) {
    (Int(range.low + parameters.storageOffset), Int(range.high + parameters.storageOffset))
  }
}
