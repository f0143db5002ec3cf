import Layers
import Networks
import Testing

@Suite struct FloatMemoryTests {
  /// Two images of 2 x 3 x 2, each value its own, inside a border of zeros.
  private func activation(border: Int, from first: Float) -> Activation<Float> {
    let image = ImageShape(channels: 2, height: 3, width: 2)
    let activation = Activation(ActivationLayout(image: image, border: border), capacity: 2, fill: Float(0))
    for index in 0..<2 {
      let values = (0..<image.count).map { first + Float(index * image.count + $0) }
      values.withUnsafeBufferPointer { values in
        if let first = values.baseAddress { activation.load(image: index, from: first) }
      }
    }
    return activation
  }

  private func everything(_ activation: Activation<Float>) -> [Float] {
    Array(UnsafeBufferPointer(start: activation.image(0), count: 2 * activation.layout.imageStride))
  }

  // Would catch a reader whose gradient is lost, and a border that a sum fills.
  @Test func aForkAddsItsReadersGradients() {
    let parts = [activation(border: 1, from: 1), activation(border: 1, from: 100), activation(border: 1, from: 0.5)]
    let value = FloatValue(values: activation(border: 1, from: 0), gradient: activation(border: 1, from: 7))
    FloatFork(value, parts: parts).backward(0..<2)
    let expected = (0..<24).map { index in
      let value = Float(index)
      return (1 + value) + (100 + value) + (0.5 + value)
    }
    #expect(value.gradient?.values(count: 2) == expected)
    #expect(value.gradient.map(everything)?.filter { $0 != 0 }.count == 24)
  }

  @Test func aCopyKeepsTheOrderOfFeatures() throws {
    let input = FloatValue(values: activation(border: 2, from: 1), gradient: activation(border: 2, from: 0))
    let output = FloatValue(values: activation(border: 0, from: 50), gradient: activation(border: 0, from: 9))
    let copy = FloatCopy(input: input, output: output)
    copy.forward(0..<2, mode: .training)
    #expect(output.values.values(count: 2) == (0..<24).map { 1 + Float($0) })
    copy.backward(0..<2)
    let gradient = try #require(input.gradient)
    #expect(gradient.values(count: 2) == (0..<24).map { 9 + Float($0) })
    #expect(everything(gradient).filter { $0 != 0 }.count == 24)
  }
}
