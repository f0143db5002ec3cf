/// MNIST as it was published: names, sizes, digests, and where copies are kept.
///
/// Y. LeCun, C. Cortes, C. J. C. Burges: The MNIST database of handwritten digits. CC BY-SA 3.0.
public enum MNIST {
  /// The four files. The limits on compressed size are the published `.gz` files' sizes, rounded up.
  public static let files = [
    ExpectedFile(
      role: .trainImages, bytes: 47_040_016,
      sha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
      compressedLimit: 12 << 20),
    ExpectedFile(
      role: .trainLabels, bytes: 60_008,
      sha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
      compressedLimit: 64 << 10),
    ExpectedFile(
      role: .testImages, bytes: 7_840_016,
      sha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
      compressedLimit: 2 << 20),
    ExpectedFile(
      role: .testLabels, bytes: 10_008,
      sha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
      compressedLimit: 16 << 10),
  ]

  /// Where the `.gz` files are fetched from, in order. The original site has refused everyone since 2024.
  public static let mirrors = [
    Mirror(known: "https://ossci-datasets.s3.amazonaws.com/mnist/"),
    Mirror(known: "https://storage.googleapis.com/cvdf-datasets/mnist/"),
  ]
}
