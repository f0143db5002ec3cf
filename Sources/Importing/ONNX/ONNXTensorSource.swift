import Files
import ONNXFormat

/// The tensors that a file holds, or that lie in other files of its folder.
package struct ONNXTensorSource {
  /// The files that were read beside the model's own, in the order in which they were needed.
  package private(set) var files: [String] = []
  private let folder: String
  private let tensors: [String: ONNXTensor]
  private var open: [String: FileBytes] = [:]
  /// Bytes of each file that no tensor has taken yet.
  private var left: [String: Int] = [:]

  /// The initializers of a graph.
  /// - Parameter folder: that of the model's file; tensors are looked for nowhere else.
  package init(_ graph: ONNXGraph, folder: String) throws(ONNXImportError) {
    self.folder = folder
    var tensors: [String: ONNXTensor] = [:]
    for tensor in graph.initializers {
      guard tensors.updateValue(tensor, forKey: tensor.name) == nil else {
        throw .tensor(tensor.name, expected: "a name of its own", found: "a second tensor of that name")
      }
    }
    self.tensors = tensors
  }

  /// Whether there is one of that name.
  func has(_ name: String) -> Bool { tensors[name] != nil }

  /// The tensor of a name with its elements, from whichever file; nil where there is none.
  package mutating func tensor(_ name: String) throws -> ONNXTensor? {
    guard let tensor = tensors[name] else { return nil }
    guard case .external(let type, let place) = tensor.elements else { return tensor }
    guard let size = Self.sizes[type] else {
      throw ONNXImportError.tensor(name, expected: "elements of float, int32 or int64", found: "\(type)")
    }
    try checkLocation(place.location, of: name)
    let file = try file(place.location)
    let (wanted, overflows) = tensor.shape.reduce(1, *).multipliedReportingOverflow(by: size)
    let (end, wraps) = place.offset.addingReportingOverflow(place.length ?? wanted)
    guard !overflows, !wraps, place.length ?? wanted == wanted, end <= file.count else {
      throw ONNXImportError.tensor(
        name, expected: "its data for shape \(tensor.shape) in \(quoted(place.location))",
        found: "\(place.length.map { "\($0)" } ?? "all") bytes from byte \(place.offset) of \(file.count)")
    }
    left[place.location, default: file.count] -= wanted
    guard left[place.location, default: 0] >= 0 else {
      throw ONNXImportError.tensor(
        name, expected: "bytes of its own in \(quoted(place.location))", found: "bytes of other tensors too")
    }
    let bytes = file.withUnsafeBytes { [UInt8]($0[place.offset..<end]) }
    return try tensor.filled(with: bytes)
  }

  private static let sizes: [ONNXElement: Int] = [.f32: 4, .s32: 4, .s64: 8, .f64: 8, .u8: 1, .s8: 1]

  private func checkLocation(_ location: String, of name: String) throws(ONNXImportError) {
    let parts = location.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.allSatisfy({ !$0.isEmpty && $0 != ".." && !$0.contains("\0") && !$0.contains("\\") }) else {
      throw .tensor(
        name, expected: "its data in a file of the model's folder, by a path without '..'", found: quoted(location))
    }
  }

  private mutating func file(_ location: String) throws -> FileBytes {
    if let file = open[location] { return file }
    let path = folder.isEmpty ? location : "\(folder)/\(location)"
    let file = try FileBytes(of: path)
    open[location] = file
    files.append(path)
    return file
  }
}
