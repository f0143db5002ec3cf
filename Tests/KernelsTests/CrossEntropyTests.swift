import Glibc
import Kernels
import Tensors
import Testing

@Suite struct CrossEntropyTests {
  private func run(
    _ set: InstructionSet, classes: Int, _ logits: [Float], _ labels: [UInt8], scale: Float = 1
  ) throws -> (loss: Double, gradient: [Float]) {
    let (x, label) = (Guarded(logits), Guarded(labels))
    let gradient = Guarded<Float>(repeating: 77, count: logits.count)
    let loss = try Kernels(set).crossEntropy(
      rows: labels.count, classes: classes, logits: x.pointer, labels: label.pointer, gradientScale: scale,
      gradient: gradient.pointer)
    #expect(gradient.isIntact)
    return (loss, gradient.elements)
  }

  // Would catch a wrong constant or coefficient of the series, an argument reduced on the wrong side, a row or label
  // out of step. Against the C library's functions: the loss within 1e-12, probabilities within a float's rounding.
  @Test(arguments: sets, [0.001, 1, 20, 300, 3000])
  func meetsTheOracle(_ set: InstructionSet, _ size: Double) throws {
    var random = SeededGenerator(seed: 14)
    for (rows, classes) in [(0, 10), (1, 1), (1, 2), (64, 10), (7, 255)] {
      let logits = random.floats(rows * classes, -size, size)
      let labels = (0..<rows).map { _ in UInt8(random.below(classes)) }
      let (loss, gradient) = try run(set, classes: classes, logits, labels, scale: 0.125)
      var expectedLoss = 0.0
      for i in 0..<rows {
        let row = logits[i * classes..<(i + 1) * classes].map { Double($0) }
        let top = row.max() ?? 0
        let sum = row.reduce(0) { $0 + exp($1 - top) }
        expectedLoss += log(sum) - (row[Int(labels[i])] - top)
        for j in 0..<classes {
          let expected = (exp(row[j] - top) / sum - (j == Int(labels[i]) ? 1 : 0)) * 0.125
          let bound = 0x1p-24 * abs(expected) + 1e-16
          #expect(abs(Double(gradient[i * classes + j]) - expected) <= bound, "row \(i), class \(j)")
        }
      }
      #expect(abs(loss - expectedLoss) <= 1e-12 * max(expectedLoss, 1e-3), "\(rows) x \(classes)")
    }
  }

  // Would catch log(1 + x) computed from a rounded sum of logarithms: a sure answer's loss is tiny, not zero.
  @Test(arguments: sets) func smallLossesAreExact(_ set: InstructionSet) throws {
    let (loss, gradient) = try run(set, classes: 2, [0, 20], [1])
    // -log(1 / (1 + exp(-20))) = 2.06115362...e-9, where 1 + exp(-20) is rounded to 2^-52.
    #expect(abs(loss - 2.0611536203143807e-09) < 0x1p-52)
    #expect(gradient[0] > 0 && gradient[1] == -gradient[0])
  }

  // Would catch softmax without the largest logit taken away, which overflows.
  @Test(arguments: sets) func hugeLogitsDoNotOverflow(_ set: InstructionSet) throws {
    let (loss, gradient) = try run(set, classes: 3, [3e38, -3e38, -.infinity], [0])
    #expect(loss == 0)
    #expect(gradient == [0, 0, 0])
    let missed = try run(set, classes: 2, [1000, 0], [1])
    #expect(missed.loss == 1000)
    #expect(missed.gradient == [1, -1])
  }

  // Would catch a comparison that drops NaN, and a row that spoils its neighbours.
  @Test(arguments: sets) func aNaNSpoilsItsRowAndTheSum(_ set: InstructionSet) throws {
    for position in 0..<3 {
      var logits: [Float] = [1, 2, 3, 1, 2, 3]
      logits[position] = .nan
      let (loss, gradient) = try run(set, classes: 3, logits, [0, 1])
      #expect(loss.isNaN)
      #expect(gradient[..<3].allSatisfy { $0.isNaN })
      #expect(gradient[3...].allSatisfy { $0.isFinite })
    }
  }

  // Would catch a build in which the compiler or another library moves a bit: these are the bits on every
  // machine, one unit in the last place above the true value (6.064973958297146149, summed with 60 digits).
  @Test(arguments: sets) func bitsAreFixed(_ set: InstructionSet) throws {
    let logits: [Float] = [-3, 0.5, 7.25, 0.1, -80, 2, 6.5, 1e-3, -700, 7]
    let (loss, _) = try run(set, classes: 10, logits, [5])
    #expect(loss.bitPattern == 0x4018_4288_8887_e962)
  }

  // Would catch a label that reads another row's logit.
  @Test func aLabelOutOfRangeStops() async {
    await #expect(processExitsWith: .failure) {
      var gradient: [Float] = [0, 0]
      _ = try Kernels(.scalar).crossEntropy(
        rows: 1, classes: 2, logits: [0, 0], labels: [2], gradientScale: 1, gradient: &gradient)
    }
  }
}
