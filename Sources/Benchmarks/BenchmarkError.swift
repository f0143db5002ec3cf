/// Why nothing was timed.
public enum BenchmarkError: Error, Equatable, CustomStringConvertible {
  /// A kernel whose result is not the scalar reference's: the byte of the results where they first differ.
  case wrongKernel(String, shape: String, set: String, byte: Int, of: Int)
  /// A network whose scores are not the scalar reference's.
  case wrongScore(model: String, set: String, image: Int, output: Int, expected: Float, found: Float)
  /// A test set without images.
  case noImages
  /// A line that asks for nothing that is known.
  case unknownRequest(String)

  /// One line: where, expected, found.
  public var description: String {
    switch self {
    case .wrongKernel(let name, let shape, let set, let byte, let count):
      "kernel \(name), \(shape): \(set) differs from scalar from byte \(byte) of \(count) on; nothing was "
        + "timed: choose other kernels with OCTAVO_ISA, and report this"
    case .wrongScore(let model, let set, let image, let output, let expected, let found):
      "\(model): image \(image), output \(output): scalar gives \(expected), \(set) gives \(found); nothing "
        + "was timed: choose other kernels with OCTAVO_ISA, and report this"
    case .noImages: "images: expected a test set that is not empty; install the data set again"
    case .unknownRequest(let line):
      "expected 'time MODEL BATCH CALLS' or 'accuracy MODEL', MODEL float32 or int8; found '\(line)'"
    }
  }
}
