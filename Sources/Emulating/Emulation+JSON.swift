import Files

extension Emulation: Encodable {
  enum CodingKeys: String, CodingKey {
    case machine, processor, images, scores
    case differing = "differing_scores"
    case otherClass = "other_class"
    case flash = "flash_bytes"
    case ram = "ram_bytes"
    case instructions = "instructions_per_image"
    case reference = "reference_instructions_per_image"
  }

  /// Keys are stable: one may be added, none changes its meaning. What no emulator counts is null.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(machine.name, forKey: .machine)
    try container.encode(machine.processor, forKey: .processor)
    try container.encode(images, forKey: .images)
    try container.encode(scores, forKey: .scores)
    try container.encode(differingScores, forKey: .differing)
    try container.encode(otherClass, forKey: .otherClass)
    try container.encode(flashBytes, forKey: .flash)
    try container.encode(ramBytes, forKey: .ram)
    try container.encode(instructionsPerImage, forKey: .instructions)
    try container.encode(referenceInstructionsPerImage, forKey: .reference)
  }

  /// The figures as a file, with sorted keys.
  public func json() throws -> [UInt8] { try ReadableJSON.encode(self) }
}
