import Networks
import TestSupport
import Tensors
import Testing

@Suite struct FloatModelTests {
  private let network = Network(
    1, 3, 3, [.conv2d(Conv2d(out: 2, kernel: 2)), .flatten, .linear(Linear(out: 3, bias: false))])

  private func error(_ change: (inout [String: Tensor]) -> Void) throws -> NetworkError? {
    var parameters = try FloatModel(random: network).parameters
    change(&parameters)
    do throws(NetworkError) {
      _ = try FloatModel(network: network, parameters: parameters)
      return nil
    } catch {
      return error
    }
  }

  @Test func aWholeModelIsAccepted() throws {
    #expect(try error { _ in } == nil)
    let model = try FloatModel(random: network)
    #expect(model.values("l2.weight").count == 24)
  }

  @Test func aMissingParameterIsNamed() throws {
    #expect(try error { $0["l0.bias"] = nil } == .missingParameter("l0.bias", [2]))
  }

  @Test func aParameterHasItsShape() throws {
    let turned = Tensor([8, 3], [Float](repeating: 0, count: 24))
    #expect(
      try error { $0["l2.weight"] = turned }
        == .wrongParameter("l2.weight", expected: "f32 [3, 8]", found: "f32 [8, 3]"))
  }

  @Test func aParameterIsOfFloats() throws {
    #expect(
      try error { $0["l0.bias"] = Tensor([2], [1, 2] as [Int32]) }
        == .wrongParameter("l0.bias", expected: "f32 [2]", found: "s32 [2]"))
  }

  // Would catch a NaN that a ReLU later hides from everyone but the integers.
  @Test(arguments: [Float.nan, .infinity, -.infinity]) func aParameterIsFinite(_ bad: Float) throws {
    #expect(
      try error { $0["l0.bias"] = Tensor([2], [1, bad]) }
        == .wrongParameter("l0.bias", expected: "finite numbers", found: "\(bad) at index 1"))
  }

  // Would catch a bias that a network without biases ignores.
  @Test func aParameterThatNobodyUsesIsRefused() throws {
    #expect(
      try error { $0["l2.bias"] = Tensor([3], [0, 0, 0] as [Float]) } == .unknownParameter("l2.bias"))
  }

  private let norm = Network(1, 3, 3, [.conv2d(Conv2d(out: 2, kernel: 2)), .batchNorm2d(BatchNorm2d())])

  // PyTorch saves it with every batch normalization, as I64; someone's tool may have made a float of it.
  @Test func aCounterOfBatchesIsIgnored() throws {
    let model = try FloatModel(random: norm)
    let counter = "l1.num_batches_tracked"
    #expect(
      try FloatModel(
        network: norm, parameters: model.parameters, foreign: [counter: ForeignTensor(dtype: "I64", shape: [])])
        == model
    )
    #expect(
      try FloatModel(
        network: norm, parameters: model.parameters.merging([counter: Tensor([], [7] as [Float])]) { $1 }) == model)
  }

  @Test(arguments: ["l0.num_batches_tracked", "l9.num_batches_tracked"])
  func aCounterOfNoBatchNormIsRefused(_ name: String) throws {
    let parameters = try FloatModel(random: norm).parameters
    #expect(throws: NetworkError.unknownParameter(name)) {
      try FloatModel(network: norm, parameters: parameters, foreign: [name: ForeignTensor(dtype: "I64", shape: [])])
    }
  }

  @Test func aParameterOfAForeignTypeIsNamed() throws {
    var parameters = try FloatModel(random: norm).parameters
    parameters["l0.bias"] = nil
    let found = ForeignTensor(dtype: "F64", shape: [2])
    let error = #expect(throws: NetworkError.foreignParameter("l0.bias", expected: .f32, [2], found: found)) {
      try FloatModel(network: norm, parameters: parameters, foreign: ["l0.bias": found])
    }
    #expect(error?.description == "parameter 'l0.bias': expected f32 [2], found F64 [2]; save it as float32")
  }

  // The square root of such a variance is NaN, which only the comparison of fused scores would meet.
  @Test func aVarianceIsNotNegative() throws {
    var parameters = try FloatModel(random: norm).parameters
    parameters["l1.running_var"] = Tensor([2], [-0.0, -1] as [Float])
    #expect(
      throws: NetworkError.wrongParameter(
        "l1.running_var", expected: "variances of at least 0", found: "-1.0 at index 1")
    ) { try FloatModel(network: norm, parameters: parameters) }
    parameters["l1.running_var"] = Tensor([2], [-0.0, 0] as [Float])
    #expect(throws: Never.self) { try FloatModel(network: norm, parameters: parameters) }
  }
}
