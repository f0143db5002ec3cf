import Tensors

/// Where everything lies in a file that is to be written: the same declarations and metadata give the same layout.
///
/// In the header the metadata come first, then the tensors, both sorted by their keys' UTF-8 bytes. The data hold wider
/// elements first, equal widths sorted by name, and start at a multiple of 8 bytes, so that every element lies aligned
/// in the file. Empty metadata are left out.
struct SafetensorsLayout {
  /// A tensor, and where its elements lie, counted from the start of the data.
  struct Place {
    let declaration: TensorDeclaration
    let range: Range<Int>
  }

  /// The header is padded so that the data start at a multiple of this: the widest element of the format.
  private static let alignment = 8

  /// The file's first bytes: the header's length and the header.
  let preamble: [UInt8]
  /// The tensors in the order of their elements, which follow the preamble without a gap.
  let places: [Place]

  /// The layout of some tensors and metadata.
  /// - Throws: `SafetensorsError.reservedName` when a tensor is named `__metadata__`, `.duplicateKey` when two have one
  ///   name, `.shapeOverflow` when their sizes do not fit 63 bits, and `.headerTooLong`.
  init(
    _ declarations: [TensorDeclaration], metadata: [String: String],
    headerByteLimit: Int = Safetensors.headerByteLimit
  ) throws(SafetensorsError) {
    let byName = declarations.sorted { Self.precedes($0.name, $1.name) }
    let byWidth = byName.sorted { left, right in
      let (leftWidth, rightWidth) = (left.byteCount, right.byteCount)
      return leftWidth == rightWidth ? Self.precedes(left.name, right.name) : leftWidth > rightWidth
    }
    var ranges: [String: Range<Int>] = [:]
    var places: [Place] = []
    var begin = 0
    for declaration in byWidth {
      let (name, dimensions) = (declaration.name, declaration.shape.dimensions)
      guard name != SafetensorsHeader.metadataKey else { throw .reservedName(name) }
      guard let byteCount = StoredDType(declaration).byteCount(of: dimensions),
        case let (end, overflows) = begin.addingReportingOverflow(byteCount), !overflows
      else { throw .shapeOverflow(tensor: name, shape: dimensions) }
      guard ranges.updateValue(begin..<end, forKey: name) == nil else { throw .duplicateKey(name, object: "header") }
      places.append(Place(declaration: declaration, range: begin..<end))
      begin = end
    }
    let header = Self.header(byName, ranges, metadata.sorted { Self.precedes($0.key, $1.key) })
    guard header.count <= headerByteLimit else {
      throw .headerTooLong(byteCount: UInt64(header.count), limit: headerByteLimit)
    }
    preamble = Swift.withUnsafeBytes(of: UInt64(header.count), Array.init) + header
    self.places = places
  }

  private static func header(
    _ tensors: [TensorDeclaration], _ ranges: [String: Range<Int>], _ metadata: [(key: String, value: String)]
  ) -> [UInt8] {
    var writer = HeaderWriter()
    writer.beginObject()
    if !metadata.isEmpty {
      writer.key(SafetensorsHeader.metadataKey)
      writer.beginObject()
      for (key, value) in metadata {
        writer.key(key)
        writer.string(value)
      }
      writer.endObject()
    }
    for tensor in tensors {
      let range = ranges[tensor.name, default: 0..<0]
      writer.key(tensor.name)
      writer.beginObject()
      writer.key("dtype")
      writer.string(StoredDType(tensor).rawValue)
      writer.key("shape")
      writer.integers(tensor.shape.dimensions)
      writer.key("data_offsets")
      writer.integers([range.lowerBound, range.upperBound])
      writer.endObject()
    }
    writer.endObject()
    writer.pad(to: alignment)
    return writer.bytes
  }

  /// Orders by bytes: the order of `String` follows Unicode's tables, which change between releases.
  private static func precedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }
}
