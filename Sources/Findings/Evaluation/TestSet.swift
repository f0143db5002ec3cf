import Tables

/// What networks were tested on, in words.
enum TestSet {
  /// `10,000 images of mnist`; synthetic digits are said not to be MNIST's, loudly.
  static func words(_ images: Int, of dataset: String) -> String {
    "\(Format.integer(images)) images of \(dataset)" + (dataset == "synthetic-digits" ? ", NOT MNIST" : "")
  }
}
