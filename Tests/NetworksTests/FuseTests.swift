import Kernels
import Layers
import Networks
import TestSupport
import Tensors
import Testing

@Suite struct FuseTests {
  private func apart(_ model: FloatModel, _ fused: FloatModel, on images: ImageSet) throws -> Float {
    Fuse.difference(
      try model.scores(of: images, compute: Compute()), try fused.scores(of: images, compute: Compute()))
  }

  /// Two channels of 1 x 2 x 2, then batch normalization.
  private func model(bias: Bool, relu: Bool = false) throws -> FloatModel {
    var parameters: [String: Tensor] = [
      "l0.weight": Tensor([2, 1, 2, 2], [0.25, -1.5, 3.125, 0.1, 1, 2, -0.3, 0.7] as [Float]),
      "l1.weight": Tensor([2], [1.3, -0.7] as [Float]), "l1.bias": Tensor([2], [0.05, 0.4] as [Float]),
      "l1.running_mean": Tensor([2], [0.21, -1.1] as [Float]),
      "l1.running_var": Tensor([2], [0.9, 2.3] as [Float]),
    ]
    if bias { parameters["l0.bias"] = Tensor([2], [0.1, -0.2] as [Float]) }
    let convolution = Conv2d(out: 2, kernel: 2, bias: bias, relu: relu)
    return try FloatModel(
      network: Network(1, 4, 4, [.conv2d(convolution), .batchNorm2d(BatchNorm2d()), .relu]),
      parameters: parameters)
  }

  // torch 2.13.0: torch.nn.utils.fusion.fuse_conv_bn_weights(w, b, mean, var, 1e-5, gamma, beta). Would catch another
  // order of the operations, a reciprocal in double, a lost epsilon, and a weight scaled by its input channel.
  @Test func weightsFoldAsInPyTorch() throws {
    let fused = try Fuse.fuse(model(bias: true))
    #expect(
      fused.values("l0.weight") == [
        0x1.5eccdp-2, -0x1.07199cp1, 0x1.121002p2, 0x1.18a3dap-3, -0x1.d8a496p-2, -0x1.d8a496p-1,
        0x1.1b95f4p-3,
        -0x1.4ad99cp-2,
      ])
    #expect(fused.values("l0.bias") == [-0x1.9c9ba8p-4, -0x1.f8ea8p-7])
    #expect(fused.network.layers == [Layer("l0", .conv2d(Conv2d(out: 2, kernel: 2, relu: true)))])
    #expect(fused.parameters.keys.sorted() == ["l0.bias", "l0.weight"])
  }

  @Test func aMissingBiasCountsAsZero() throws {
    let fused = try Fuse.fuse(model(bias: false))
    #expect(fused.values("l0.bias") == [-0x1.e6f1aep-3, -0x1.b93a98p-4])
    #expect(fused.network.layers == [Layer("l0", .conv2d(Conv2d(out: 2, kernel: 2, relu: true)))])
  }

  // Would catch a normalization that moves before a ReLU: it comes after it, and cannot be folded.
  @Test func nothingFoldsThroughAFusedReLU() throws {
    let model = try model(bias: true, relu: true)
    let fused = try Fuse.fuse(model)
    #expect(fused.parameters == model.parameters)
    #expect(
      fused.network.layers == [
        Layer("l0", .conv2d(Conv2d(out: 2, kernel: 2, relu: true))), Layer("l1", .batchNorm2d(BatchNorm2d(relu: true))),
      ])
  }

  @Test func whatFollowsNoConvolutionStays() throws {
    let network = Network(
      2, 4, 4,
      [
        .batchNorm2d(BatchNorm2d()), .relu, .maxPool2d(MaxPool2d(kernel: 2)), .batchNorm2d(BatchNorm2d()),
        .flatten,
        .linear(Linear(out: 3)), .relu,
      ])
    let fused = try Fuse.fuse(FloatModel(random: network))
    #expect(fused.network.layerNames == ["l0", "l2", "l3", "l4", "l5"])
    #expect(fused.network.layers[0].operation == .batchNorm2d(BatchNorm2d(relu: true)))
    #expect(fused.network.layers[4].operation == .linear(Linear(out: 3, relu: true)))
    #expect(Fuse.tolerance(from: try FloatModel(random: network)) == 0x1p-14)
  }

  // Every pattern, and why each of the others stays. Would catch a normalization of a value that others read.
  @Test func everyLayerThatMightFoldSaysWhatBecameOfIt() throws {
    let network = Network(
      2, 6, 6,
      layers: [
        Layer("bn0", .batchNorm2d(BatchNorm2d())), Layer("r0", .relu),
        Layer("a", .conv2d(Conv2d(out: 2, kernel: 3, padding: 1, bias: false))),
        Layer("bn1", .batchNorm2d(BatchNorm2d())), Layer("r1", .relu),
        Layer("b", .conv2d(Conv2d(out: 2, kernel: 1))), Layer("bn2", .batchNorm2d(BatchNorm2d())),
        Layer("s", .add(Add()), inputs: ["bn2", "r1"]), Layer("r2", .relu), Layer("bn3", .batchNorm2d(BatchNorm2d())),
        Layer("p", .maxPool2d(MaxPool2d(kernel: 2))), Layer("bn4", .batchNorm2d(BatchNorm2d())),
        Layer("c", .conv2d(Conv2d(out: 2, kernel: 1))), Layer("bn5", .batchNorm2d(BatchNorm2d()), inputs: ["c"]),
        Layer("t", .add(Add()), inputs: ["c", "bn5"]),
        Layer("f", .flatten), Layer("d", .dropout(Dropout())), Layer("l", .linear(Linear(out: 5))),
        Layer("bn6", .batchNorm1d(BatchNorm1d())), Layer("r3", .relu), Layer("m", .linear(Linear(out: 3))),
      ])
    let model = try FloatModel(random: network)
    let fused = try FusedModel(fusing: model)
    let told = fused.foldings.map { "\($0.layer): \($0.into ?? "") \($0.reason ?? "")" }
    #expect(
      told == [
        "bn0:  it reads the network's input", "r0: bn0 ", "bn1: a ", "r1: a ", "bn2: b ", "r2: s ",
        "bn3:  it follows relu", "bn4:  it follows maxPool2d",
        "bn5:  t reads what leaves c before it, too", "d:  left out: it is for training alone", "bn6: l ", "r3: l ",
      ])
    #expect(
      fused.model.network.layerNames == ["bn0", "a", "b", "s", "bn3", "p", "bn4", "c", "bn5", "t", "f", "l", "m"])
    let images = ImageSet(shape: [2, 6, 6], pixels: (0..<72 * 3).map { UInt8($0 * 37 % 256) }, labels: [0, 1, 2])
    let difference = try apart(model, Fuse.fuse(model), on: images)
    #expect(difference > 0 && difference <= Fuse.tolerance(from: model))
  }

  private let images = ImageSet(
    shape: [2, 7, 6], pixels: (0..<84 * 6).map { UInt8($0 * 37 % 256) }, labels: [0, 1, 2, 0, 1, 2])

  // A chain with two folds, one of two normalizations in a row, held to the pass's own tolerance.
  @Test func aFoldedModelGivesTheSameScores() throws {
    let network = Network(
      2, 7, 6,
      [
        .conv2d(Conv2d(out: 5, kernel: 3, padding: 1, bias: false)), .batchNorm2d(BatchNorm2d()), .relu,
        .conv2d(Conv2d(out: 3, kernel: 3)), .batchNorm2d(BatchNorm2d(epsilon: 0.1)),
        .batchNorm2d(BatchNorm2d()),
        .flatten, .linear(Linear(out: 3)),
      ])
    let model = try FloatModel(random: network)
    let fused = try Fuse.fuse(model)
    #expect(fused.network.layerNames == ["l0", "l3", "l6", "l7"])
    let difference = try apart(model, fused, on: images)
    #expect(difference > 0 && difference <= Fuse.tolerance(from: model))
    // A fold of another layer's statistics is far beyond it.
    var wrong = model.parameters
    wrong["l1.running_mean"] = Tensor([5], wrong["l1.running_mean"]?.f32?.map { $0 + 0.01 } ?? [])
    let other = try Fuse.fuse(FloatModel(network: network, parameters: wrong))
    #expect(try apart(model, other, on: images) > Fuse.tolerance(from: model))
  }

  // Would catch arithmetic that a fused ReLU changes.
  @Test func withoutNormalizationTheScoresAreEqual() throws {
    let network = Network(
      2, 7, 6,
      [
        .conv2d(Conv2d(out: 5, kernel: 3)), .relu, .flatten, .linear(Linear(out: 9)), .relu,
        .linear(Linear(out: 3)),
      ])
    let model = try FloatModel(random: network)
    let fused = try Fuse.fuse(model)
    #expect(fused.network.layers.count == 4 && fused.parameters == model.parameters)
    #expect(try apart(model, fused, on: images) == 0)
    #expect(Fuse.tolerance(from: model) == 0)
  }

  // Would catch a NaN that max() passes over: two broken models are not each other's equal.
  // Finite weights this large make infinite scores, and one infinity less another is NaN.
  @Test func scoresThatAreNotNumbersDiffer() throws {
    let network = Network(2, 7, 6, [.flatten, .linear(Linear(out: 3))])
    let model = try FloatModel(random: network)
    var parameters = model.parameters
    parameters["l1.weight"] = Tensor([3, 84], [Float](repeating: .greatestFiniteMagnitude, count: 3 * 84))
    let broken = try FloatModel(network: network, parameters: parameters)
    for (left, right) in [(broken, broken), (model, broken)] {
      let difference = try apart(left, right, on: images)
      #expect(!(difference <= 1), "\(difference)")
    }
  }

  @Test func nothingDiffersOnNoImages() throws {
    let model = try model(bias: true)
    #expect(try apart(model, model, on: images.prefix(0)) == 0)
  }

  @Test func theMessageSaysByHowMuch() {
    #expect(
      "\(FuseError.differs(by: 0.5, tolerance: 0.25))"
        == "the fused model's scores differ by 0.5 of the largest, expected at most 0.25; "
        + "are the weights and running statistics finite? If not, train again with a lower learning_rate")
  }
}
