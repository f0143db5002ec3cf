import Kernels
import Networks

/// The max-pool behind a float convolution, taken into its step: the convolution's own output and its gradient are made
/// image by image and not kept. For the gradient, the places of the maxima are.
final class ConvPooling: @unchecked Sendable {
  // Unchecked: images write memory of their own.
  private let geometry: PoolGeometry
  private let layout: ActivationLayout
  private let output: FloatValue
  private let relu: Bool
  private let kernels: Kernels
  private let placesOfImage: Int
  private let places: AlignedBuffer<UInt8>

  /// - Parameters:
  ///   - layout: that of the convolution's output.
  ///   - relu: whether the convolution rectifies it; the gradient then stops where a maximum is not positive.
  init(_ pool: MaxPool2d, from layout: ActivationLayout, to output: FloatValue, relu: Bool, kernels: Kernels) {
    geometry = PoolGeometry(pool, from: layout, to: output.values.layout)
    self.layout = layout
    self.output = output
    self.relu = relu
    self.kernels = kernels
    placesOfImage = output.values.layout.image.count
    places = AlignedBuffer(count: output.gradient == nil ? 0 : output.values.capacity * placesOfImage)
  }

  /// Room for one image of the convolution's output, all zeros.
  func withUnpooledImage(_ body: (UnsafeMutablePointer<Float>) -> Void) {
    let count = layout.imageStride
    withScratch(Float.self, count: count) { scratch in
      scratch.update(repeating: 0, count: count)
      body(scratch)
    }
  }

  /// Pools an image and, for training, keeps the places of its maxima.
  func pool(_ image: Int, from scratch: UnsafePointer<Float>) {
    let (x, y) = (scratch + layout.offset(y: 0, x: 0), output.values.origin(of: image))
    kernels.maxPoolF32(geometry, x: x, y: y)
    if places.count > 0 { kernels.maxPoolIndex(geometry, x: x, y: y, index: places.pointer + image * placesOfImage) }
  }

  /// The gradient of the convolution's output, from that of the pool's. What lies in no window keeps its zeros.
  func unpool(_ image: Int, into scratch: UnsafeMutablePointer<Float>) {
    guard let gradient = output.gradient else { preconditionFailure("this engine was not made for training") }
    kernels.maxUnpool(
      geometry, index: places.pointer + image * placesOfImage, y: output.values.origin(of: image),
      dy: gradient.origin(of: image), dx: scratch + layout.offset(y: 0, x: 0), relu: relu)
  }
}
