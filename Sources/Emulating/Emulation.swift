import Files
import Foundation
import Networks
import Tensors

/// What an exported model did on a machine: what it answered, how much memory it took, how many instructions.
public struct Emulation: Sendable, Equatable {
  /// The machine.
  public let machine: Machine
  /// How many images were classified.
  public let images: Int
  /// How many scores were held to the engine's.
  public let scores: Int
  /// Of them, those that differ: none, unless differences were allowed.
  public let differingScores: Int
  /// Images that get another class than the engine gives.
  public let otherClass: Int
  /// Bytes of code and constants of the model alone, as the machine's `size` tells of its object.
  public let flashBytes: Int
  /// Bytes that the model needs to work in: its scratch and its own variables, without the stack.
  public let ramBytes: Int
  /// Instructions for one image, a mean over all; nil where the emulator counts none.
  public let instructionsPerImage: Double?
  /// Instructions of plain loops over the network's products, the harness's `reference.c`; nil likewise.
  public let referenceInstructionsPerImage: Double?

  /// A file and its content.
  public typealias File = (name: String, bytes: [UInt8])

  /// Compiles a model with the harness, runs it on the first images of test vectors, and compares every score with theirs.
  /// - Parameters:
  ///   - model: `model.c` and `model.h`, as exported.
  ///   - harness: `main.c` and what lies beside it.
  ///   - vectors: `images` and `scores`, as exported.
  ///   - network: the model's network, whose products the plain loops go over.
  ///   - count: how many images, fewer where there are fewer.
  ///   - mayDiffer: whether scores that differ are counted; otherwise they are an error.
  /// - Throws: `EmulationError`.
  public init(
    of model: [File], on machine: Machine, harness: [File], vectors: [String: Tensor], network: Network,
    images count: Int, mayDiffer: Bool = false
  ) throws {
    let vectors = try Vectors(vectors, count: count)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("octavo-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let made = [
      (name: "images.bin", bytes: vectors.pixels), (name: "layers.h", bytes: Array(try network.referenceLayers.utf8)),
    ]
    for file in model + harness + made {
      try Data(file.bytes).write(to: URL(fileURLWithPath: "\(folder)/\(file.name)"))
    }
    let workplace = Workplace(machine: machine, folder: folder)
    try workplace.compile()
    let sections = try workplace.sections()
    let said = try workplace.run()
    let answers = try FileBytes(of: "\(folder)/answers.bin").copy
    let differences = try vectors.differences(of: answers)
    if !mayDiffer, let first = differences.first {
      throw EmulationError.otherScores(
        machine: machine.name, images: differences.images, of: vectors.count, first: first)
    }
    self.machine = machine
    (images, scores) = (vectors.count, vectors.scores.count)
    (differingScores, otherClass) = (differences.scores, differences.otherClass)
    flashBytes = sections.text + sections.data
    ramBytes = sections.data + sections.bss + (said["scratch_bytes"].map { Int($0) } ?? 0)
    instructionsPerImage = said["instructions_per_image"]
    referenceInstructionsPerImage = said["reference_instructions_per_image"]
  }
}

/// What differs between answers and those that are expected.
private struct Differences {
  var scores = 0
  var otherClass = 0
  var images = 0
  /// The first image that has another score or another class.
  var first: Int?
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

  /// Compares answers with those that are expected: of each image the class, four bytes, the lowest first, and the scores.
  func differences(of answers: [UInt8]) throws(EmulationError) -> Differences {
    let length = 4 + classes
    guard answers.count == count * length else {
      throw .wrongLength(expected: count * length, found: answers.count)
    }
    var differences = Differences()
    for image in 0..<count {
      let answer = answers[image * length..<(image + 1) * length]
      let expected = scores[image * classes..<(image + 1) * classes]
      let winner = answer.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      let differing = zip(answer.dropFirst(4), expected).count { $0 != $1 }
      let isOther = winner != self.winner(expected)
      differences.scores += differing
      differences.otherClass += isOther ? 1 : 0
      guard differing > 0 || isOther else { continue }
      differences.images += 1
      differences.first = differences.first ?? image
    }
    return differences
  }

  /// The first class of the greatest score.
  private func winner(_ scores: ArraySlice<UInt8>) -> Int {
    let numbers = scores.map { isSigned ? Int(Int8(bitPattern: $0)) : Int($0) }
    return numbers.firstIndex(of: numbers.max() ?? 0) ?? 0
  }
}
