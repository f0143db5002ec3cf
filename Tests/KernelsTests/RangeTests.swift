import Kernels
import Tensors
import Testing

@Suite struct RangeTests {
  private func run(_ set: InstructionSet, _ x: [Float]) throws -> [Float] {
    let input = Guarded(x)
    let range = try Kernels(set).range(count: x.count, x: input.pointer)
    #expect(input.isIntact)
    return [range.low, range.high]
  }

  /// By sorting, which no kernel does.
  private func oracle(_ x: [Float]) -> [Float] {
    if x.contains(where: \.isNaN) { return [.nan, .nan] }
    let sorted = x.sorted()
    return [(sorted.first ?? .infinity) + 0, (sorted.last ?? -.infinity) + 0]
  }

  // Would catch a tail that is left out, a read past the end, a lane that is not looked at: each place holds the
  // extremes once.
  @Test(arguments: sets) func everyPlaceIsSeen(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 71)
    for count in edgeSizes {
      let x = random.floats(count, -2, 2)
      #expect(exactBits(try run(set, x)) == exactBits(oracle(x)), "\(count)")
      for place in 0..<count {
        for extreme in [-3, 3, -.infinity, .infinity] as [Float] {
          var changed = x
          changed[place] = extreme
          #expect(exactBits(try run(set, changed)) == exactBits(oracle(changed)), "\(count) \(place)")
        }
      }
    }
  }

  // Would catch a comparison that forgets a NaN when an ordinary value follows it.
  @Test(arguments: sets) func aNaNAnywhereIsBothEnds(_ set: InstructionSet) throws {
    for count in edgeSizes {
      for place in 0..<count {
        var x = (0..<count).map { Float($0) }
        x[place] = place % 2 == 0 ? .nan : -.nan
        #expect(try run(set, x).allSatisfy(\.isNaN), "\(count) \(place)")
      }
    }
  }

  // Would catch a range that starts at zero: all values are of one sign.
  @Test(arguments: sets) func oneSignStaysOneSign(_ set: InstructionSet) throws {
    for count in edgeSizes where count > 0 {
      let x = (0..<count).map { Float($0 + 1) }
      #expect(try run(set, x) == [1, Float(count)])
      #expect(try run(set, x.map(-)) == [-Float(count), -1])
    }
  }

  // Would catch an order of zeros that shows.
  @Test(arguments: sets) func zerosArePositive(_ set: InstructionSet) throws {
    for count in edgeSizes where count > 0 {
      let zeros = [Float](repeating: -0.0, count: count)
      #expect(exactBits(try run(set, zeros)) == [0, 0])
      let mixed = (0..<count).map { $0 % 2 == 0 ? -0.0 : 0 as Float }
      #expect(exactBits(try run(set, mixed)) == [0, 0])
    }
  }

  @Test(arguments: sets) func nothingIsTheEmptyRange(_ set: InstructionSet) throws {
    #expect(try run(set, []) == [.infinity, -.infinity])
  }

  @Test(arguments: sets) func setsAgreeOnDifficultValues(_ set: InstructionSet) throws {
    var random = SeededGenerator(seed: 72)
    for _ in 0..<20 {
      for count in edgeSizes {
        let x = random.difficultFloats(count)
        #expect(bits(try run(set, x)) == bits(try run(.scalar, x)))
        #expect(bits(try run(.scalar, x)) == bits(oracle(x)))
      }
    }
  }
}
