import Kernels
import Networks

/// A layer at work on float32 batches: bound to its input's and its output's memory.
///
/// A worker takes some images through step after step, backward too, unless a step needs the batch as a whole. Then it
/// is called once, for all images, and chooses its threads itself.
package protocol FloatStep: AnyObject {
  /// Whether an image's output hangs on the other images of the batch, or work is to be done once for all.
  func needsBatch(_ mode: FloatMode) -> Bool

  /// Called once before the forward pass of a batch: weights may have moved.
  func prepare()

  /// Computes the output of some images.
  func forward(_ images: Range<Int>, mode: FloatMode)

  /// Whether gradients are computed for the batch as a whole.
  var needsBatchBackward: Bool { get }

  /// From the gradient of some images' output, computes that of their input, if it has one, and their share of the
  /// parameters' gradients. Follows a forward pass of the same batch in training mode.
  func backward(_ images: Range<Int>)

  /// Called once after the backward pass of a batch: sets the parameters' gradients from all shares.
  func finishBackward(count: Int)

  /// Makes a step that has run no batch what it would be after so many training batches, but for its parameters.
  func resume(after batches: Int)

  /// What training adjusts.
  var parameters: [Parameter] { get }

  /// What a training batch leaves for the next ones beside the parameters: running statistics, scales that were chosen.
  /// Where it is set, it is what such a step had. What a step can take follows from its layer; none of the rest counts.
  var kept: [Float] { get set }

  /// The parameters in PyTorch's layout, by their names within the layer: `weight`, `bias`.
  func exported() -> [String: [Float]]
}

extension FloatStep {
  package func needsBatch(_ mode: FloatMode) -> Bool { false }
  package func prepare() {}
  package var needsBatchBackward: Bool { false }
  package func finishBackward(count: Int) {}
  package func resume(after batches: Int) {}
  package var parameters: [Parameter] { [] }
  package var kept: [Float] {
    get { [] }
    set {}
  }
  package func exported() -> [String: [Float]] { [:] }
}

extension [any FloatStep] {
  /// Makes steps that have run no batch what they would be after so many training batches, but for their parameters.
  /// - Precondition: `kept` is what as many steps of the same layers kept.
  package func resume(after batches: Int, kept: [[Float]]) {
    precondition(kept.count == count, "\(count) steps, \(kept.count) lists of what they kept")
    for (step, kept) in zip(self, kept) {
      step.resume(after: batches)
      step.kept = kept
    }
  }
}

extension Compute {
  /// Takes a batch forward through steps.
  /// - Parameters:
  ///   - input: what the first step reads.
  ///   - normalization: what becomes of the images before it; nil for nothing.
  ///   - images: `count` images in PyTorch's order.
  package func forward(
    _ steps: [any FloatStep], from input: Activation<Float>, normalizing normalization: PixelNormalization?,
    _ images: UnsafeBufferPointer<Float>, count: Int, mode: FloatMode
  ) {
    let shape = input.layout.image
    precondition(count <= input.capacity && images.count >= count * shape.count, "\(count) images of \(shape) fit")
    guard count > 0, let pixels = images.baseAddress else { return }
    nonisolated(unsafe) let source = pixels
    for step in steps { step.prepare() }
    run(steps, count: count) {
      $0.needsBatch(mode)
    } load: { images in
      for image in images {
        normalization.apply(to: source + image * shape.count, of: shape) { input.load(image: image, from: $0) }
      }
    } body: { step, images in
      step.forward(images, mode: mode)
    }
  }

  /// Takes a batch's gradients back through steps.
  /// - Parameter load: makes the gradients of some images' output ready.
  package func backward(_ steps: [any FloatStep], count: Int, load: @Sendable (Range<Int>) -> Void = { _ in }) {
    run(steps.reversed(), count: count) {
      $0.needsBatchBackward
    } load: { images in
      load(images)
    } body: { step, images in
      step.backward(images)
    }
    for step in steps { step.finishBackward(count: count) }
  }
}

/// A layer that multiplies by a weight.
package protocol WeightedFloatStep: FloatStep {
  /// The weight and the bias, as the kernels read them.
  var weights: FloatWeights { get }
}

/// Whether batch normalization uses the batch's statistics or the running ones.
package enum FloatMode {
  case training
  case inference
}

/// An activation with, for training, its gradient, which lies in the same layout.
package final class FloatValue: Sendable {
  package let values: Activation<Float>
  package let gradient: Activation<Float>?

  package init(values: Activation<Float>, gradient: Activation<Float>?) {
    self.values = values
    self.gradient = gradient
  }
}

/// Numbers that training adjusts, in a kernel's layout, beside their gradient of the same layout.
///
/// Entries that only fill up a panel are zero and have a zero gradient: an optimizer leaves them at zero.
public final class Parameter: @unchecked Sendable {
  // Unchecked: written by one step, or by an optimizer between steps.

  /// The numbers.
  public let values: AlignedBuffer<Float>
  /// The loss's derivative by each of them, set by a backward pass.
  public let gradient: AlignedBuffer<Float>

  package init(count: Int) {
    values = AlignedBuffer(count: count)
    gradient = AlignedBuffer(count: count)
  }

  package convenience init(_ values: [Float]) {
    self.init(count: values.count)
    _ = self.values.buffer.update(fromContentsOf: values)
  }
}
