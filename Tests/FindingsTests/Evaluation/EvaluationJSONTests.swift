import Evaluation
import Findings
import FindingsSupport
import Foundation
import Testing

@Suite struct EvaluationJSONTests {
  private func object(_ value: some Encodable) throws -> [String: Any] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    return try #require(JSONSerialization.jsonObject(with: encoder.encode(value)) as? [String: Any])
  }

  private static let keys = [
    "agreement_fraction", "dataset", "drop_points", "float32", "images", "int8", "run", "scheme",
  ]
  private static let modelKeys = ["accuracy_fraction", "file_bytes", "images_per_second"]

  @Test func figuresStandUnderTheirUnits() throws {
    let json = EvaluationJSON(
      try FloatInt8Comparison.sample(), imagesPerSecond: (1000, 1500.5), scheme: "octavo", run: 6)
    let object = try object(json)
    #expect(object.keys.sorted() == Self.keys)
    #expect(object["scheme"] as? String == "octavo" && object["run"] as? Int == 6)
    #expect(object["dataset"] as? String == "mnist" && object["images"] as? Int == 4)
    #expect(object["agreement_fraction"] as? Double == 0.75 && object["drop_points"] as? Double == 25)
    let (float32, int8) = (object["float32"] as? [String: Any], object["int8"] as? [String: Any])
    #expect(float32?.keys.sorted() == Self.modelKeys && int8?.keys.sorted() == Self.modelKeys)
    #expect(float32?["accuracy_fraction"] as? Double == 0.75 && float32?["file_bytes"] as? Int == 400)
    #expect(float32?["images_per_second"] as? Double == 1000)
    #expect(int8?["accuracy_fraction"] as? Double == 0.5 && int8?["file_bytes"] as? Int == 100)
    #expect(int8?["images_per_second"] as? Double == 1500.5)
  }

  // JSON has no NaN: an encoder that meets one throws, and a figure would be lost with all others.
  @Test func whatIsNotKnownIsNullAndItsKeyStays() throws {
    let model = EvaluationJSON.Model(accuracy: .nan, bytes: 1, imagesPerSecond: .infinity)
    let object = try object(
      EvaluationJSON(
        scheme: nil, run: nil, dataset: "mnist", images: nil, float32: model,
        int8: .init(accuracy: 1, bytes: 1, imagesPerSecond: nil), agreement: -.infinity))
    #expect(object.keys.sorted() == Self.keys)
    for key in ["scheme", "run", "images", "agreement_fraction", "drop_points"] { #expect(object[key] is NSNull) }
    for (name, keys) in [("float32", ["accuracy_fraction", "images_per_second"]), ("int8", ["images_per_second"])] {
      let model = try #require(object[name] as? [String: Any])
      #expect(model.keys.sorted() == Self.modelKeys)
      for key in keys { #expect(model[key] is NSNull) }
    }
  }

  @Test func theHelpNamesEveryKey() {
    for key in Self.keys + Self.modelKeys { #expect(EvaluationJSON.help.contains(key)) }
  }
}
