import Foundation

/// Says in the header of a safetensors file that a tensor is of another type: for types that no writer of ours has.
/// - Parameter new: as long as `old`, which stands in the file once, so that nothing in it moves.
public func retype(_ path: String, _ old: String, _ new: String) throws {
  var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
  guard let place = bytes.range(of: Data(old.utf8)), old.utf8.count == new.utf8.count else {
    preconditionFailure("\(path): no '\(old)' in its header, or '\(new)' is not as long")
  }
  bytes.replaceSubrange(place, with: Data(new.utf8))
  try bytes.write(to: URL(fileURLWithPath: path))
}
