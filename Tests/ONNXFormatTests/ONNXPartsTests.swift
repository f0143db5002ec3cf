import ONNXFormat
import TestSupport
import Testing

/// Files of very many very small parts.
@Suite struct ONNXPartsTests {
  /// A part of a file, in the messages around it.
  struct Part: Sendable, CustomTestStringConvertible {
    let name: String
    /// The numbers of the fields around it, from the outermost.
    let path: [UInt8]
    /// Its bytes.
    let bytes: [UInt8]
    /// Whether it is a piece of a list: the first counts as one part, the second as two.
    var isPiece = false

    var testDescription: String { name }

    /// A file of so many of them.
    func file(_ count: Int) -> [UInt8] {
      var file: [UInt8] = []
      file.reserveCapacity(count * bytes.count)
      for _ in 0..<count { file += bytes }
      for number in path.reversed() { file = [number << 3 | 2] + length(file.count) + file }
      return file
    }

    /// The most that a file may have.
    var most: Int {
      let parts = ONNXModel.mostParts - path.count
      return isPiece ? Int((Double(2 * parts) + 0.25).squareRoot() - 0.5) : parts
    }

    private func length(_ count: Int) -> [UInt8] {
      count < 128 ? [UInt8(count)] : [UInt8(count & 0x7F) | 0x80] + length(count >> 7)
    }
  }

  /// All that may stand in a file any number of times, as short as it can be.
  static let parts = [
    Part(name: "operation sets", path: [], bytes: [8 << 3 | 2, 0]),
    Part(name: "metadata", path: [], bytes: [14 << 3 | 2, 0]),
    Part(name: "nodes", path: [7], bytes: [1 << 3 | 2, 0]),
    Part(name: "tensors", path: [7], bytes: [5 << 3 | 2, 0]),
    Part(name: "inputs of the graph", path: [7], bytes: [11 << 3 | 2, 0]),
    Part(name: "outputs of the graph", path: [7], bytes: [12 << 3 | 2, 0]),
    Part(name: "values", path: [7], bytes: [13 << 3 | 2, 0]),
    Part(name: "inputs", path: [7, 1], bytes: [1 << 3 | 2, 0]),
    Part(name: "outputs", path: [7, 1], bytes: [2 << 3 | 2, 0]),
    Part(name: "attributes", path: [7, 1], bytes: [5 << 3 | 2, 0]),
    Part(name: "texts of an attribute", path: [7, 1, 5], bytes: [9 << 3 | 2, 0]),
    Part(name: "integers of an attribute", path: [7, 1, 5], bytes: [8 << 3, 0]),
    Part(name: "packed integers of an attribute", path: [7, 1, 5, 8], bytes: [0]),
    Part(name: "pieces of an attribute's list", path: [7, 1, 5], bytes: [7 << 3 | 2, 0], isPiece: true),
    Part(name: "packed pieces of an attribute's list", path: [7, 1, 5], bytes: [8 << 3 | 2, 0], isPiece: true),
    Part(name: "tensors of an attribute", path: [7, 1, 5], bytes: [5 << 3 | 2, 0]),
    Part(name: "sides of a tensor", path: [7, 5], bytes: [1 << 3, 1]),
    Part(name: "packed sides of a tensor", path: [7, 5, 1], bytes: [1]),
    Part(name: "integers of a tensor", path: [7, 5], bytes: [7 << 3, 0]),
    Part(name: "packed integers of a tensor", path: [7, 5, 7], bytes: [0]),
    Part(name: "pieces of a tensor's floats", path: [7, 5], bytes: [4 << 3 | 2, 4, 0, 0, 0, 0], isPiece: true),
    Part(name: "pieces of a tensor's integers", path: [7, 5], bytes: [5 << 3 | 2, 1, 0], isPiece: true),
    Part(name: "pieces of a tensor's doubles", path: [7, 5], bytes: [10 << 3 | 2, 0], isPiece: true),
    Part(name: "places of a tensor", path: [7, 5], bytes: [13 << 3 | 2, 0]),
    Part(name: "sides of a value", path: [7, 13, 2, 1, 2], bytes: [1 << 3 | 2, 0]),
  ]

  private func error(_ bytes: [UInt8]) -> ONNXError? {
    do throws(ONNXError) { _ = try ONNXModel(bytes: bytes) } catch { return error }
    return nil
  }

  /// Would catch a kind of part that is not counted, or counted twice.
  @Test(arguments: parts) func oneTooManyIsRefused(_ part: Part) throws {
    let file = part.file(part.most + 1)
    guard case .tooManyParts(let limit, let byte, let count)? = error(file) else {
      Issue.record("\(part.most + 1) are not too many")
      return
    }
    #expect(limit == ONNXModel.mostParts && count == file.count)
    // Before the content of the last one; of packed integers, before the first.
    let content = part.bytes.count == 1 ? part.most + 1 : max(0, part.bytes.count - 2)
    #expect(byte == file.count - content)
  }

  /// A tensor that comes again is merged into the one before, and so are its lists.
  @Test func piecesOfOneTensorAreCountedTogether() throws {
    let list: [UInt8] = [5 << 3 | 2, 6, 4 << 3 | 2, 4, 0, 0, 0, 0]
    #expect(error(Part(name: "", path: [7, 1, 5], bytes: list).file(1000)) == nil)
    guard case .tooManyParts? = error(Part(name: "", path: [7, 1, 5], bytes: list).file(1500)) else {
      Issue.record("1,500 pieces are not too many")
      return
    }
    // In tensors of their own each is the first.
    #expect(error(Part(name: "", path: [7], bytes: [5 << 3 | 2, 8, 8, 1] + list.dropFirst(2)).file(100_000)) == nil)
  }

  /// As much memory as a file can ask for in parts alone: what is made of the most of each kind, on top of the file.
  @Test func theMostPartsTakeLittleMemory() async throws {
    let result = await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      for part in ONNXPartsTests.parts {
        let file = part.file(part.most)
        let before = try residentBytes("VmRSS")
        _ = try? ONNXModel(bytes: file)
        let more = try residentBytes("VmHWM") - before
        print("\(part.name): at most \(more >> 20) MiB")
        #expect(more < 1 << 30, "\(part.name)")
      }
    }
    print(String(decoding: try #require(result).standardOutputContent, as: UTF8.self))
  }

  /// 64 MB of empty nodes, of which decoding would make some gigabytes.
  @Test func aFileOfEmptyNodesIsRefusedBeforeAnythingIsMadeOfIt() async {
    await #expect(processExitsWith: .success) {
      let nodes = Part(name: "nodes", path: [7], bytes: [1 << 3 | 2, 0])
      let file = nodes.file(1 << 25)
      let before = try residentBytes("VmHWM")
      let found = line { _ = try ONNXModel(bytes: file) }
      #expect(
        found
          == "expected an ONNX file of at most 1048576 parts (nodes, tensors, values, attributes, their names, their "
          + "integers), found more in the first 2097157 of 67108869 bytes; simplify the graph, and keep integers as "
          + "raw_data")
      #expect(try residentBytes("VmHWM") - before < 8 << 20)
    }
  }

  /// Bytes of weights, and what Octavo does not read, may be as many as they are.
  @Test(arguments: [[7, 10], [7, 5, 9]] as [[UInt8]]) func whatIsNotDecodedIsNotCounted(_ path: [UInt8]) throws {
    let file = Part(name: "raw", path: path, bytes: [1 << 3 | 2, 0]).file(ONNXModel.mostParts + 1)
    #expect(try ONNXModel(bytes: file).graph.nodes.isEmpty)
  }

  private static let unfollowed: [[UInt8]] = {
    let empty: [UInt8] = [7 << 3 | 2, 0]
    let group: [UInt8] = [0x0B, 0x0C]
    let fieldZero: [UInt8] = [0x02, 0]
    let elevenBytes: [UInt8] = [0x08] + [UInt8](repeating: 0x80, count: 10) + [0]
    let over64Bits: [UInt8] = [0x08] + [UInt8](repeating: 0x80, count: 9) + [2]
    let keyOver32Bits: [UInt8] = [0x88, 0x80, 0x80, 0x80, 0x10, 0]
    let cutNumber: [UInt8] = [0x09, 0, 0, 0]
    let past: [UInt8] = [7 << 3 | 2, 1]
    let pastTheMessageAround: [UInt8] = [7 << 3 | 2, 2, 1 << 3 | 2, 1, 0]
    return [group, fieldZero, elevenBytes, over64Bits, keyOver32Bits, cutNumber].map { empty + $0 }
      + [past, pastTheMessageAround]
  }()

  /// What the count does not follow is not decoded either: else parts could hide there.
  @Test(arguments: unfollowed) func whatCannotBeFollowedIsNoFile(_ bytes: [UInt8]) {
    #expect(throws: ONNXError.notAMessage) { try ONNXModel(bytes: bytes) }
  }
}
