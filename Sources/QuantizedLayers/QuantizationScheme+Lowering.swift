import Networks
import Quantization

extension QuantizationScheme {
  /// A network as the scheme lets it run: each layer with a scale of its own that is not skipped in integers, or, in a
  /// dynamic scheme, each product from inputs that are quantized at each call, and all else in floats. Where weights
  /// alone are quantized, all runs in floats.
  /// - Throws: `NetworkError` when the layers do not fit each other.
  public func lowered(_ network: Network) throws(NetworkError) -> LoweredNetwork {
    let arithmetic: LoweredNetwork.Arithmetic =
      switch type {
      case .static, .qat: .integer
      case .dynamic: .dynamic
      case .weightOnly: .float
      }
    let names = arithmetic == .integer ? network.scaledNames : network.productNames
    return try LoweredNetwork(
      network, arithmetic: Dictionary(names.map { ($0, skips($0) ? .float : arithmetic) }) { $1 })
  }
}
