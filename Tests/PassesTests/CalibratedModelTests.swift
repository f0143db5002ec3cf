import Kernels
import Layers
import Networks
import Passes
import Quantization
import TestSupport
import Tensors
import Testing

@Suite struct CalibratedModelTests {
  private let scheme = QuantizationScheme.plain(batches: 2, batchSize: 3)

  private func calibrated() throws -> CalibratedModel {
    try Calibrate.calibrate(Sample.model(), scheme: scheme, images: Sample.images, compute: Compute())
  }

  @Test func tensorsComeBackAsTheModel() throws {
    let model = try calibrated()
    #expect(try CalibratedModel(network: Sample.network, scheme: scheme, tensors: model.tensors) == model)
    #expect(model.tensors["l0.observed"]?.shape == [2])
  }

  @Test func anUncalibratedModelIsRefused() throws {
    let tensors = try Sample.model().parameters
    #expect(throws: CalibrationError.notCalibrated("quant")) {
      try CalibratedModel(network: Sample.network, scheme: scheme, tensors: tensors)
    }
  }

  @Test(arguments: ["l4.scale", "l0.zero_point", "quant.range", "l0.weight"])
  func everyTensorIsNeeded(_ name: String) throws {
    var tensors = try calibrated().tensors
    tensors[name] = nil
    let error = #expect(throws: NetworkError.self) {
      try CalibratedModel(network: Sample.network, scheme: scheme, tensors: tensors)
    }
    guard case .missingParameter(name, _) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func observedIsARangeOfTwo() throws {
    var tensors = try calibrated().tensors
    tensors["l0.observed"] = Tensor([3], [0, 1, 2] as [Float])
    #expect(throws: NetworkError.wrongParameter("l0.observed", expected: "f32 [2]", found: "f32 [3]")) {
      try CalibratedModel(network: Sample.network, scheme: scheme, tensors: tensors)
    }
  }

  @Test func aTensorThatNobodyKnowsIsRefused() throws {
    var tensors = try calibrated().tensors
    tensors["l1.observed"] = Tensor([2], [0, 1] as [Float])
    #expect(throws: NetworkError.unknownParameter("l1.observed")) {
      try CalibratedModel(network: Sample.network, scheme: scheme, tensors: tensors)
    }
  }

  @Test func messagesSayWhatToDo() {
    #expect(
      "\(CalibrationError.notCalibrated("fc"))"
        == "tensor 'fc': expected an observed range, found none; run calibrate on this model first")
    #expect(
      "\(CalibrationError.tooFewImages(expected: 9, found: 3))"
        == "calibration: the scheme asks for 9 images, the training set has 3; lower calibration.batches")
    #expect(
      "\(CalibrationError.noScale(tensor: "fc", "reason"))"
        == "tensor 'fc': reason; train again, with a lower learning_rate if need be")
  }
}
