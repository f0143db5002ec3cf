import Networks
import TestSupport
import Tensors
import Testing

@Suite struct PixelNormalizationTests {
  private func network(_ input: String) -> String {
    #"{"input":{"channels":3,"height":2,"width":2\#(input)},"layers":[{"name":"f","type":"flatten"}],"name":"N"}"#
  }

  // Would catch a key that appears where none was, which would change every checkpoint that there is.
  @Test func withoutOneTheBytesAreThoseOfOld() throws {
    let text = network("")
    let plain = try Network(json: text)
    #expect(plain.normalization == nil && plain.json == text)
  }

  @Test func aNormalizationSurvivesTheJSON() throws {
    let text = #"{"input":{"channels":3,"height":2,"mean":[0.1307,0.5,-1],"std":[0.3081],"width":2},"#
    let found = try Network(json: network(#","mean":[0.1307,0.5,-1],"std":[0.3081]"#))
    #expect(found.normalization == PixelNormalization(mean: [0.1307, 0.5, -1], std: [0.3081]))
    #expect(found.json.hasPrefix(text))
    #expect(try Network(json: found.json) == found)
    let (mean, std) = try #require(found.normalization)[2]
    #expect(mean == -1 && std == 0.3081)
  }

  @Test(arguments: [("mean", "std"), ("std", "mean")]) func oneNeedsTheOther(_ there: String, _ missing: String) {
    let error = #expect(throws: MetadataError.self) { try Network(json: network(#","\#(there)":[1]"#)) }
    guard case .dataCorrupted(let context)? = error?.cause as? DecodingError else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(context.debugDescription == "expected \(missing) beside \(there), found none")
  }

  @Test(
    arguments: [
      ([], [1], "mean: expected 1 number or 3, one for each channel, found 0"),
      ([0, 0], [1], "mean: expected 1 number or 3, one for each channel, found 2"),
      ([0], [1, 1, 1, 1], "std: expected 1 number or 3, one for each channel, found 4"),
      ([0, .nan, 0], [1], "mean: expected finite numbers, found nan"),
      ([0], [1, 0, 1], "std: expected finite numbers above 0, found 0.0"),
      ([0], [-0.5], "std: expected finite numbers above 0, found -0.5"),
      ([0], [.infinity], "std: expected finite numbers above 0, found inf"),
    ] as [([Float], [Float], String)])
  func whatDoesNotFitIsNamed(_ mean: [Float], _ std: [Float], _ reason: String) throws {
    var network = Network(3, 2, 2, [.flatten])
    network.normalization = PixelNormalization(mean: mean, std: std)
    #expect(line { _ = try network.shapes() } == "network input, \(reason)")
    #expect(throws: NetworkError.self) { try FloatModel(network: network, parameters: [:]) }
  }

  // Would catch fusing that drops it: the fused model would see other pixels.
  @Test func fusingKeepsIt() throws {
    var network = Network(
      1, 4, 4, [.conv2d(Conv2d(out: 2, kernel: 3)), .batchNorm2d(BatchNorm2d()), .relu, .flatten])
    network.normalization = PixelNormalization(mean: [0.5], std: [0.25])
    #expect(try Fuse.fuse(FloatModel(random: network)).network.normalization == network.normalization)
  }
}
