import Importing
import Testing

@Suite struct NaturalOrderTests {
  @Test func numbersAreCounted() {
    let sorted = [
      "", "a", "a.0", "a.1", "a.01", "a.2", "a.2.b", "a.10", "a.99999999999999999999", "a.100000000000000000000", "b",
      "b1c2", "b1c10",
    ]
    #expect(sorted.reversed().sorted(by: NaturalOrder.precedes) == sorted)
    for name in sorted { #expect(!NaturalOrder.precedes(name, name)) }
  }
}
