import Testing
import TransformerFormats

@Suite struct LayerNamesTests {
  @Test func namesOfOneKindAreOne() {
    #expect(
      LayerNames.merged([
        "norm.weight", "layers.0.wq", "layers.0.wk", "layers.1.wq", "layers.3.wq", "layers.10.wq", "layers.11.wq",
        "layers.3.wk",
      ]) == ["norm.weight", "layers.0-1,3,10-11.wq", "layers.0,3.wk"])
  }

  @Test func whatIsNoLayersNameStays() {
    let names = ["a.1.b.2", "a.1.b.3", "a.01.b", "a.-1.b", "a.+1.b", "a..b", "", ".", "#", "a.99999999999999999999.b"]
    #expect(LayerNames.merged(names) == names)
    #expect(LayerNames.merged(["a.#.b", "a.7.b"]).allSatisfy { $0.hasPrefix("a.") })
    #expect(LayerNames.merged([]) == [])
  }
}
