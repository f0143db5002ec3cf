import Networks
import TestSupport
import Testing

@Suite struct LoweredNetworkTests {
  private let network = Network(
    1, 8, 8,
    [
      .maxPool2d(MaxPool2d(kernel: 2)), .conv2d(Conv2d(out: 2, kernel: 3)), .relu, .conv2d(Conv2d(out: 2, kernel: 1)),
      .flatten, .linear(Linear(out: 3)), .relu,
    ])

  private func lowered(
    _ products: Set<String>, as arithmetic: LoweredNetwork.Arithmetic = .integer
  ) throws -> LoweredNetwork {
    try LoweredNetwork(
      network, arithmetic: Dictionary(uniqueKeysWithValues: products.map { ($0, arithmetic) }))
  }

  /// `i` for integers, `r` for real numbers: the input, and what leaves each layer.
  private func flow(_ integerLayers: Set<String>) throws -> String {
    let lowered = try lowered(integerLayers)
    return network.valueNames.map { lowered.form(of: $0) == .real ? "r" : "i" }.joined()
  }

  // By hand, layer by layer: what leaves a product is what the next product takes, at once, and a pool, a ReLU or a
  // flatten passes on what came.
  @Test func whatLeavesAProductIsWhatTheNextTakes() throws {
    #expect(network.productNames == ["l1", "l3", "l5"])
    #expect(try flow(["l1", "l3", "l5"]) == "iiiiiiii")
    #expect(try flow([]) == "rrrrrrrr")
    #expect(try flow(["l3", "l5"]) == "rriiiiii")
    #expect(
      try flow(["l1", "l5"]) == "iiiiiiii", "l1 gives integers, l3 takes them as numbers and gives integers to l5")
    #expect(try flow(["l1", "l3"]) == "iiiiiirr")
    #expect(try flow(["l3"]) == "rriiiirr")
    #expect(try flow(["l1"]) == "iiiirrrr")
    #expect(try flow(["l5"]) == "rrrriiii")
  }

  @Test func scalesBelongToWhatIsQuantized() throws {
    #expect(try lowered(["l1", "l3", "l5"]).scaledNames == ["quant", "l1", "l3", "l5"])
    #expect(try lowered([]).scaledNames == [])
    #expect(try lowered(["l3", "l5"]).scaledNames == ["l1", "l3", "l5"])
    #expect(try lowered(["l1", "l3"]).scaledNames == ["quant", "l1", "l3"])
    #expect(try lowered(["l1"]).scaledNames == ["quant", "l1"])
    #expect(try lowered(["l5"]).scaledNames == ["l3", "l5"])
    #expect(try lowered(["l1", "l3", "l5"], as: .dynamic).scaledNames == [])
  }

  @Test func aScaleIsReadPastWhatKeepsIt() throws {
    let all = try lowered(["l1", "l3", "l5"])
    #expect(network.productNames.map { all.scale(readBy: $0) } == ["quant", "l1", "l3"])
    #expect(all.products(readingScale: "quant").map(\.name) == ["l1"])
    #expect(all.products(readingScale: "l5").isEmpty)
    #expect(try lowered(["l3"]).scale(readBy: "l1") == nil)
    #expect(try lowered(["l1", "l3", "l5"], as: .dynamic).scale(readBy: "l3") == nil)
  }

  /// What each node computes, in order: `q` quantize, `d` dequantize, `Q` quantize at the call, `*` multiply, `>`
  /// requantize, `<` sums to real numbers, a digit for a layer.
  private func steps(_ lowered: LoweredNetwork) -> String {
    lowered.nodes.map { node in
      switch node.operation {
      case .layer(let index): "\(index)"
      case .quantize: "q"
      case .dequantize: "d"
      case .quantizeDynamically: "Q"
      case .multiply: "*"
      case .requantize: ">"
      case .dequantizeSums: "<"
      }
    }.joined()
  }

  // By hand. Would catch a border on the wrong side of a pool, and scores that are left as integers.
  @Test func bordersAreNodes() throws {
    #expect(steps(try lowered([])) == "0123456")
    #expect(steps(try lowered(["l1", "l3", "l5"])) == "q0*>2*>4*>6d")
    #expect(steps(try lowered(["l3"])) == "01q2*>4d56")
    #expect(steps(try lowered(["l1", "l5"])) == "q0*>2d3q4*>6d")
    #expect(steps(try lowered(["l1", "l3", "l5"], as: .dynamic)) == "0Q*<2Q*<4Q*<6")
  }

  // Each node reads what an earlier one wrote, and each value is written once.
  @Test(arguments: [[], ["l1"], ["l3"], ["l1", "l5"], ["l1", "l3", "l5"]] as [Set<String>])
  func nodesStandBehindWhatTheyRead(_ products: Set<String>) throws {
    for arithmetic in [LoweredNetwork.Arithmetic.integer, .dynamic] {
      let lowered = try lowered(products, as: arithmetic)
      var written: Set<Int> = [0]
      for node in lowered.nodes {
        #expect(written.isSuperset(of: node.inputs))
        #expect(written.insert(node.output).inserted)
      }
      #expect(written == Set(lowered.values.indices))
      #expect(lowered.values[lowered.output].form == .real)
    }
  }

  @Test func aNetworkWithoutProductsIsReal() throws {
    let pool = Network(1, 4, 4, [.maxPool2d(MaxPool2d(kernel: 2)), .relu])
    let lowered = try LoweredNetwork(pool)
    #expect(pool.valueNames.allSatisfy { lowered.form(of: $0) == .real })
    #expect(pool.productNames == [] && lowered.scaledNames == [])
  }
}
