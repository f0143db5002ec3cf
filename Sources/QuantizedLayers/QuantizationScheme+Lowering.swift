import Networks
import Quantization

extension QuantizationScheme {
  /// A network as the scheme lets it run: each product that is not skipped in integers, or, in a dynamic scheme, from
  /// inputs that are quantized at each call. Where weights alone are quantized, all runs in floats.
  /// - Throws: `NetworkError` when the layers do not fit each other.
  public func lowered(_ network: Network) throws(NetworkError) -> LoweredNetwork {
    let arithmetic: LoweredNetwork.Arithmetic =
      switch type {
      case .static, .qat: .integer
      case .dynamic: .dynamic
      case .weightOnly: .float
      }
    let products = network.productNames.map { ($0, skips($0) ? .float : arithmetic) }
    return try LoweredNetwork(network, arithmetic: Dictionary(products) { $1 })
  }
}
