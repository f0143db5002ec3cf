import Kernels
import Testing

@Suite struct PeaksTests {
  // Would catch a loop that the target cannot run, or one that is nobody's.
  @Test(arguments: sets) func everyLoopRuns(_ set: InstructionSet) throws {
    let peaks = try Peaks(set)
    #expect(peaks.instructionSet == set)
    for loop in Peaks.Loop.allCases {
      #expect(peaks.operations(of: loop) > 0)
      peaks.run(loop, rounds: 0)
      peaks.run(loop, rounds: 3)
    }
    #expect(peaks.operations(of: .pairwise) >= peaks.operations(of: .wide))
  }

  // Would catch a copy that reads and writes less than it is credited with, or more than it may.
  @Test(arguments: sets, [0, 1, 63, 64, 127, 128, 129, 1000]) func aCopyMovesTheBytes(
    _ set: InstructionSet, _ count: Int
  ) throws {
    let from = AlignedBuffer((0..<count).map { UInt8(1 + $0 % 250) })
    let to = AlignedBuffer<UInt8>(count: count + 128)
    let peaks = try Peaks(set)
    peaks.copy(bytes: count, from: from.pointer, to: to.pointer)
    peaks.read(bytes: count, from: from.pointer)
    let moved = to.buffer.prefix { $0 != 0 }
    #expect(moved.count > count - 128 && moved.count <= count)
    #expect(moved.elementsEqual(from.buffer.prefix(moved.count)))
  }
}
