import Foundation
import Networks
import Tensors
import Testing

@Suite struct NetworkTests {
  private let text = """
    {"name":"N","input":{"channels":1,"height":9,"width":8},"layers":[
    {"name":"a","type":"conv2d","out":4,"kernel":3},
    {"name":"b","type":"batchNorm2d"},
    {"name":"c","type":"relu"},
    {"name":"d","type":"maxPool2d","kernel":2},
    {"name":"e","type":"flatten"},
    {"name":"f","type":"linear","out":10}]}
    """

  // Would catch a default that is not PyTorch's.
  @Test func absentKeysTakePyTorchsDefaults() throws {
    #expect(
      try Network(json: text)
        == Network(
          name: "N", input: ImageShape(channels: 1, height: 9, width: 8),
          layers: [
            Layer("a", .conv2d(Conv2d(out: 4, kernel: 3, stride: 1, padding: 0, bias: true, relu: false))),
            Layer("b", .batchNorm2d(BatchNorm2d(epsilon: 1e-5, momentum: 0.1))), Layer("c", .relu),
            Layer("d", .maxPool2d(MaxPool2d(kernel: 2, stride: 2))), Layer("e", .flatten),
            Layer("f", .linear(Linear(out: 10, bias: true, relu: false))),
          ]))
  }

  // Would catch a key that encoding forgets: it would be lost in a checkpoint, and refused in a file.
  @Test func aNetworkSurvivesItsJSON() throws {
    let network = Network(
      name: "Né/\"t", input: ImageShape(channels: 3, height: 32, width: 30),
      layers: [
        Layer("a", .conv2d(Conv2d(out: 4, kernel: 5, stride: 2, padding: 3, bias: false, relu: true))),
        Layer("b", .batchNorm2d(BatchNorm2d(epsilon: 3e-7, momentum: 0.3))),
        Layer("d", .maxPool2d(MaxPool2d(kernel: 3, stride: 1))), Layer("e", .flatten), Layer("r", .relu),
        Layer("p", .averagePool2d(AveragePool2d(kernel: 2, stride: 1))), Layer("q", .averagePool2d(AveragePool2d())),
        Layer("f", .linear(Linear(out: 10, bias: false, relu: true)), inputs: ["q"]),
      ])
    #expect(try Network(json: network.json) == network)
    #expect(try Network(json: network.json).json == network.json)
    #expect(!network.json.contains("\n"))
  }

  @Test func theSameNetworkIsTheSameBytes() throws {
    let network = try Network(json: text)
    #expect(
      network.json.hasPrefix(
        #"{"input":{"channels":1,"height":9,"width":8},"layers":[{"bias":true,"kernel":3,"#))
    #expect(network.layerNames == ["a", "b", "c", "d", "e", "f"])
  }

  @Test func anUnknownTypeIsNamed() {
    let error = #expect(throws: MetadataError.self) {
      try Network(json: text.replacingOccurrences(of: "batchNorm2d", with: "batchNorm"))
    }
    guard case .dataCorrupted(let context)? = error?.cause as? DecodingError else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(
      context.debugDescription
        == "layer 'b': expected conv2d, linear, batchNorm2d, batchNorm1d, relu, relu6, leakyRelu, hardSwish, sigmoid, "
        + "maxPool2d, averagePool2d, add, concat, flatten, dropout or softmax, found 'batchNorm'"
    )
  }

  @Test(arguments: ["", "{}", #"{"name":"N"}"#]) func whatIsNoNetworkIsRefused(_ text: String) {
    let error = #expect(throws: MetadataError.self) { try Network(json: text) }
    #expect(error?.key == "network")
    #expect(error?.value == text)
  }

  @Test(arguments: [#","out":4"#, #""name":"a","#, #","type":"relu""#, #","kernel":2"#])
  func aKeyThatHasNoDefaultIsNeeded(_ key: String) {
    #expect(text.contains(key))
    #expect(throws: MetadataError.self) { try Network(json: text.replacingOccurrences(of: key, with: "")) }
  }

  @Test func anAveragePoolWithoutAKernelIsGlobal() throws {
    func pool(_ keys: String) throws -> Networks.Operation {
      try Network(
        json: #"{"name":"N","input":{"channels":1,"height":9,"width":8},"layers":["#
          + #"{"name":"a","type":"averagePool2d"\#(keys)}]}"#
      ).layers[0].operation
    }
    #expect(try pool("") == .averagePool2d(AveragePool2d()))
    #expect(try pool(#","kernel":3"#) == .averagePool2d(AveragePool2d(kernel: 3, stride: 3)))
    #expect(try pool(#","kernel":3,"stride":1"#) == .averagePool2d(AveragePool2d(kernel: 3, stride: 1)))
    #expect(throws: MetadataError.self) { try pool(#","stride":1"#) }
    #expect(throws: MetadataError.self) { try pool(#","kernel":null"#) }
  }

  // PyTorch's momentum None is a cumulative average, and no 0.1.
  @Test(arguments: ["epsilon", "momentum", "inputs"]) func aNullIsNoDefault(_ key: String) {
    let text =
      #"{"name":"N","input":{"channels":1,"height":3,"width":3},"#
      + #""layers":[{"name":"a","type":"batchNorm2d","\#(key)":null}]}"#
    let error = #expect(throws: MetadataError.self) { try Network(json: text) }
    guard case .valueNotFound? = error?.cause as? DecodingError else {
      Issue.record("\(String(describing: error))")
      return
    }
  }
}
