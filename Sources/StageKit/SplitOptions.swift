import ArgumentParser

/// Which training images the stages that install a data set hold out.
public struct SplitOptions: ParsableArguments {
  /// How many training images are the validation split.
  @Option(help: ArgumentHelp("Training images to hold out as the validation split; none unless given.", valueName: "n"))
  public var validation: Int?

  /// The seed that draws them.
  @Option(help: ArgumentHelp("Draws the images that are held out; the last ones unless given.", valueName: "seed"))
  public var validationSeed: UInt64?

  /// No options.
  public init() {}

  /// Refuses a count below 1, and a seed without a count.
  public func validate() throws {
    if let validation, validation < 1 {
      throw ValidationError("--validation: expected at least 1, found \(validation)")
    }
    if validationSeed != nil, validation == nil {
      throw ValidationError("--validation-seed: expected --validation beside it")
    }
  }
}

extension StageOptions {
  /// Refuses an output of another name than the one that later stages look for.
  public func requireOutput(named name: String) throws {
    guard output.hasSuffix("/\(name)") else { throw ValidationError("--output: expected a path that ends in /\(name)") }
  }
}
