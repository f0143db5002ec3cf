extension QuantizationParameters {
  /// How the integers are stored: as unsigned bytes, signed integers 128 higher. Differences from the zero point, all
  /// that arithmetic sees, stay what they are.
  package var stored: QuantizationParameters { shifted(by: storageOffset) }

  /// What is added to an integer where it is stored.
  package var storageOffset: Int32 { range.low < 0 ? 128 : 0 }
}
