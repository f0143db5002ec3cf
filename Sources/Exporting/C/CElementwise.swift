import Networks

// Layers that take byte by byte.
extension CStep {
  /// Bytes below the zero point become the zero point.
  var relu: CFunction {
    var function = CFunction()
    function.body.loop("i", below: output.shape.image.count) { writer in
      writer.line("y[i] = x[i] < \(output.zeroPoint) ? \(output.zeroPoint) : x[i];")
    }
    return function
  }

  /// A byte for each byte, by one table or by one of each channel.
  func lookUp(_ tables: [[UInt8]]) -> CFunction {
    let (image, length) = (output.shape.image, tableLength(inputs[0]))
    let tables = tables.map { Array($0.prefix(length)) }
    var function = CFunction()
    let isShared = tables.allSatisfy { $0 == tables[0] }
    function.constants = [
      CConstant(
        "table_\(id)", isShared ? tables[0] : tables.flatMap { $0 },
        "What leaves for each byte\(isShared ? "" : ", channel by channel").")
    ]
    guard !isShared else {
      function.body.loop("i", below: image.count) { $0.line("y[i] = table_\(id)[x[i]];") }
      return function
    }
    function.body.loop("pixel", below: image.height * image.width) { writer in
      writer.loop("channel", below: image.channels) { writer in
        writer.line("y[channel] = table_\(id)[\("channel".times(length)) + x[channel]];")
      }
      writer.line("x += \(image.channels);")
      writer.line("y += \(image.channels);")
    }
    return function
  }

  /// The channels of several values, pixel by pixel, each through its table where that changes anything.
  func concat(_ tables: [[UInt8]]) -> CFunction {
    let image = output.shape.image
    let tables = zip(tables, inputs).map { Array($0.prefix(tableLength($1))) }
    var function = CFunction()
    function.body.loop("pixel", below: image.height * image.width) { writer in
      for (index, input) in inputs.enumerated() {
        let channels = input.shape.image.channels
        let byte = tables[index].isIdentity ? "*x\(index)++" : "joined_\(id)_\(index)[*x\(index)++]"
        writer.loop("channel", below: channels) { $0.line("*y++ = \(byte);") }
      }
    }
    for (index, table) in tables.enumerated() where !table.isIdentity {
      function.constants.append(
        CConstant("joined_\(id)_\(index)", table, "What leaves for each byte of input \(index)."))
    }
    return function
  }
}

extension [UInt8] {
  /// Whether a table gives each byte back.
  var isIdentity: Bool { enumerated().allSatisfy { $0 == Int($1) } }
}
