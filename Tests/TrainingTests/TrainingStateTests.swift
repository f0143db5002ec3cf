import Kernels
import Layers
import Networks
import TestSupport
import Tensors
import Testing
import Training

/// Interrupted after any epoch and gone on with, training ends with the bits of a run that was not.
@Suite struct TrainingStateTests {
  /// Everything that a batch leaves to the next: normalizations of both kinds, and dropouts' draws.
  private static let network = Network(
    1, 4, 4,
    [
      .conv2d(Conv2d(out: 3, kernel: 3, padding: 1, bias: false)), .batchNorm2d(BatchNorm2d()), .relu, .flatten,
      .dropout(Dropout(probability: 0.25)), .linear(Linear(out: 6)), .batchNorm1d(BatchNorm1d()), .relu,
      .linear(Linear(out: 3)),
    ])
  private static let plan = TrainingPlan(epochs: 4, batchSize: 7, learningRate: 0.01, seed: 3)
  private static let images: ImageSet = {
    var random = SeededGenerator(seed: 40)
    return ImageSet(
      shape: [1, 4, 4], pixels: random.integers(16 * 40, 0...255), labels: random.integers(40, 0...2))
  }()

  private struct Stop: Error {}

  private func trainer(_ network: Network = network, _ plan: TrainingPlan = plan) throws -> Trainer {
    Trainer(network, plan: plan, compute: try Compute())
  }

  /// The bits of a model, the epochs that were told, and every state.
  private func train(
    from state: TrainingState? = nil, until last: Int = .max
  ) throws -> (bits: [String: [UInt32]]?, epochs: [EpochLoop.Epoch], states: [TrainingState]) {
    var (epochs, states): ([EpochLoop.Epoch], [TrainingState]) = ([], [])
    do {
      let model = try trainer().train(on: Self.images, from: state, epochDone: { epochs.append($0) }) {
        states.append($0)
        if $0.epoch == last { throw Stop() }
      }
      return (model.parameters.mapValues { bits($0.f32 ?? []) }, epochs, states)
    } catch is Stop { return (nil, epochs, states) }
  }

  @Test("stopped after any epoch, the last one too", arguments: 1...4)
  func resumes(_ epoch: Int) throws {
    let whole = try train()
    let stopped = try train(until: epoch)
    #expect(stopped.bits == nil && stopped.states.map(\.epoch) == Array(1...epoch))
    let rest = try train(from: stopped.states.last)
    #expect(rest.bits == whole.bits)
    #expect(stopped.epochs + rest.epochs == whole.epochs)
    #expect(stopped.states + rest.states == whole.states)
  }

  // Each is needed: would catch a test above that passes whatever is restored.
  @Test("a state that lacks what was learnt beside the parameters ends elsewhere")
  func parts() throws {
    let whole = try train()
    let state = try #require(try train(until: 2).states.last)
    func zeros(_ lists: [[Float]]) -> [[Float]] { lists.map { [Float](repeating: 0, count: $0.count) } }
    let lacking = [
      TrainingState(
        epoch: 2, parameters: state.parameters, means: zeros(state.means), variances: state.variances, kept: state.kept),
      TrainingState(
        epoch: 2, parameters: state.parameters, means: state.means, variances: zeros(state.variances), kept: state.kept),
      TrainingState(
        epoch: 2, parameters: state.parameters, means: state.means, variances: state.variances, kept: zeros(state.kept)),
    ]
    for state in lacking { #expect(try train(from: state).bits != whole.bits) }
  }

  @Test("a state of another training is refused")
  func others() throws {
    let state = try #require(try train(until: 2).states.last)
    var short = Self.plan
    short.epochs = 1
    #expect(throws: TrainingStateError.wrongEpoch(2, of: 1)) {
      try trainer(Self.network, short).train(on: Self.images, from: state)
    }
    let other = Network(1, 4, 4, [.flatten, .linear(Linear(out: 3))])
    #expect(throws: TrainingStateError.self) { try trainer(other).train(on: Self.images, from: state) }
  }
}
