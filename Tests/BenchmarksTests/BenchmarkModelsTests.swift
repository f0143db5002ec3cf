import Benchmarks
import Evaluation
import Kernels
import Layers
import Networks
import Quantization
import QuantizedLayers
import Tensors
import TestSupport
import Testing

@Suite struct BenchmarkModelsTests {
  @Test(arguments: InstructionSet.available) func scoresAreScalars(_ set: InstructionSet) throws {
    try Sample.models().verify(Compute(set, threads: 2))
  }

  // Would catch a comparison by value: -0 equals 0, and a NaN not even itself.
  @Test(arguments: [Float(-0.0), 1, .nan]) func aScoreThatDiffersIsNamed(_ found: Float) {
    let error = line {
      try BenchmarkModels.requireEqual([1, 2, 3, 0, 5, 6], [1, 2, 3, found, 5, 6], images: 2, model: "int8", set: "x")
    }
    #expect(
      error == "int8: image 1, output 0: scalar gives 0.0, x gives \(found); nothing was timed: "
        + "choose other kernels with OCTAVO_ISA, and report this")
    #expect(
      line { try BenchmarkModels.requireEqual([.nan], [.nan], images: 1, model: "int8", set: "x") } == nil)
  }

  @Test func whatDoesNotBelongTogetherIsRefused() throws {
    let (float, int8) = (
      try FloatModel(random: Sample.network), try QuantizedModel(random: Sample.network, profile: .octavo)
    )
    var other = Sample.network
    other.layers.removeLast()
    #expect(throws: EvaluationError.self) {
      try BenchmarkModels(
        float: FloatModel(random: other), int8: int8, images: Sample.images, dataset: "drawn")
    }
    let images = ImageSet(shape: [1, 8, 8], pixels: [], labels: [])
    #expect(throws: BenchmarkError.noImages) {
      try BenchmarkModels(float: float, int8: int8, images: images, dataset: "drawn")
    }
    #expect("\(BenchmarkError.noImages)" == "images: expected a test set that is not empty; install the data set again")
  }

  // Would catch images left out at the end of a round.
  @Test func fewImagesAreTakenAgain() {
    let images = ImageSet(shape: [1, 1, 1], pixels: [10, 20, 30], labels: [1, 2, 3])
    let repeated = images.repeated(to: 7)
    #expect(repeated.pixels == [10, 20, 30, 10, 20, 30, 10] && repeated.labels == [1, 2, 3, 1, 2, 3, 1])
    #expect(images.repeated(to: 2).labels == [1, 2])
  }

  @Test func theCeilingIsThatOfTheProductsPath() throws {
    let (models, compute) = (try Sample.models(), try Compute(.scalar))
    #expect(try models.loop(of: .float32, compute: compute) == .f32)
    #expect(try models.loop(of: .int8, compute: compute) == .pairwise)
    let wide = try BenchmarkModels(
      float: models.float, int8: QuantizedModel(random: Sample.network, profile: .octavo, weightMax: 127),
      images: Sample.images, dataset: "drawn")
    #expect(try wide.loop(of: .int8, compute: compute) == .wide)
  }
}
