import Quantization
import Testing

@Suite struct ScaleRecordTests {
  // Would catch an infinite range in the catalog, which holds no infinities there.
  @Test func anEmptyObservationIsNone() throws {
    let parameters = try QuantizationParameters(scale: 1, zeroPoint: 0, range: IntegerRange(.u8))
    func record(_ observed: ObservedRange) -> ScaleRecord {
      ScaleRecord(tensor: "conv1", parameters: parameters, scheme: .activations, observed: observed)
    }
    #expect(record(.empty).observed == nil)
    #expect(record(ObservedRange(low: -1, high: 2)).observed == ObservedRange(low: -1, high: 2))
    #expect(record(.empty).channel == 0)
  }
}
