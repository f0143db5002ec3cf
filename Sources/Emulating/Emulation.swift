import Files
import Foundation
import Tensors

/// What an exported model did on a machine: its answers were the engine's, so much memory it took, so many instructions.
public struct Emulation: Sendable, Equatable {
  /// The machine.
  public let machine: Machine
  /// How many images were classified, every score the engine's.
  public let images: Int
  /// Bytes of code and constants of the model alone, as the machine's `size` tells of its object.
  public let flashBytes: Int
  /// Bytes that the model needs to work in: its scratch and its own variables, without the stack.
  public let ramBytes: Int
  /// Instructions for one image, a mean over all; nil where the emulator counts none.
  public let instructionsPerImage: Double?

  /// A file and its content.
  public typealias File = (name: String, bytes: [UInt8])

  /// Compiles a model with the harness, runs it on the first images of test vectors, and holds every score to theirs.
  /// - Parameters:
  ///   - model: `model.c` and `model.h`, as exported.
  ///   - harness: `main.c` and what lies beside it.
  ///   - vectors: `images` and `scores`, as exported.
  ///   - count: how many images, fewer where there are fewer.
  /// - Throws: `EmulationError`.
  public init(
    of model: [File], on machine: Machine, harness: [File], vectors: [String: Tensor], images count: Int
  ) throws {
    let vectors = try Vectors(vectors, count: count)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("octavo-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    for file in model + harness + [(name: "images.bin", bytes: vectors.pixels)] {
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/\(file.name)"))
    }
    let workplace = Workplace(machine: machine, folder: folder)
    try workplace.compile()
    let sections = try workplace.sections()
    let said = try workplace.run()
    let answers = try FileBytes(of: "\(folder)/answers.bin").copy
    try vectors.check(answers, on: machine)
    self.machine = machine
    images = vectors.count
    flashBytes = sections.text + sections.data
    ramBytes = sections.data + sections.bss + (said["scratch_bytes"].map { Int($0) } ?? 0)
    instructionsPerImage = machine.countsInstructions ? said["instructions_per_image"] : nil
  }
}

/// The images and the scores that are expected of them.
private struct Vectors {
  let count: Int
  let pixels: [UInt8]
  /// As bytes, whatever their sign.
  let scores: [UInt8]
  let classes: Int
  let isSigned: Bool

  init(_ tensors: [String: Tensor], count: Int) throws {
    guard let images = tensors["images"], let pixels = images.u8, let all = images.shape.dimensions.first, all > 0
    else {
      throw EmulationError.badVectors("expected images of u8, found none")
    }
    guard let scores = tensors["scores"], scores.shape.rank == 2, scores.shape[0] == all,
      let bytes = scores.u8 ?? scores.s8?.map({ UInt8(bitPattern: $0) })
    else { throw EmulationError.badVectors("expected scores of u8 or s8 for each of \(all) images, found none") }
    self.count = min(count, all)
    classes = scores.shape[1]
    isSigned = scores.s8 != nil
    self.pixels = Array(pixels[..<(self.count * (pixels.count / all))])
    self.scores = Array(bytes[..<(self.count * classes)])
  }

  /// Holds answers to those that are expected: of each image the class, four bytes, the lowest first, and the scores.
  func check(_ answers: [UInt8], on machine: Machine) throws(EmulationError) {
    let length = 4 + classes
    guard answers.count == count * length else {
      throw .wrongLength(expected: count * length, found: answers.count)
    }
    let wrong = (0..<count).filter { image in
      let answer = answers[image * length..<(image + 1) * length]
      let expected = scores[image * classes..<(image + 1) * classes]
      let winner = answer.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      return winner != self.winner(expected) || !answer.dropFirst(4).elementsEqual(expected)
    }
    guard let first = wrong.first else { return }
    throw .otherScores(machine: machine.name, images: wrong.count, of: count, first: first)
  }

  /// The first class of the greatest score.
  private func winner(_ scores: ArraySlice<UInt8>) -> Int {
    let numbers = scores.map { isSigned ? Int(Int8(bitPattern: $0)) : Int($0) }
    return numbers.firstIndex(of: numbers.max() ?? 0) ?? 0
  }
}
