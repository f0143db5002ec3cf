/// Everything a report says, as values: what was trained on what, what each scheme gained and cost, every
/// scale, every digest, and how to do it again.
///
/// A report is a function of its values alone: the same values give the same bytes. Figures may be NaN or
/// infinite, and are shown as such; text may hold anything, and is escaped.
public struct Report: Sendable, Hashable {
  /// The report's heading.
  public var title: String
  /// What the network was trained and tested on.
  public var dataset: Dataset
  /// The network as it was trained, fused and converted.
  public var networks: [NetworkStage]
  /// The random seeds.
  public var seeds: [Fact]
  /// What each quantization scheme came to.
  public var schemes: [Scheme]
  /// What each scheme of a language model came to. A report has these or `schemes`; with these, `dataset` is the text.
  public var languageSchemes: [LanguageScheme]
  /// What calibration of a language model found far above the rest, the largest first; nil where none was calibrated.
  public var massiveActivations: [MassiveActivation]?
  /// Evaluations of a language model's pipeline, oldest first, those of this report among them.
  public var languageHistory: [LanguagePoint]
  /// The training images that calibration used, once for all schemes that used the same.
  public var calibrations: [Calibration]
  /// Evaluations of the pipeline, oldest first, those of this report among them.
  public var history: [HistoryPoint]
  /// What exported models did on other machines.
  public var devices: [Device]
  /// The file as which the float model was brought, nil where it was trained.
  public var brought: Artifact?
  /// The course of training.
  public var epochs: [Epoch]
  /// What the pipeline was told.
  public var configs: [Config]
  /// Every file that was read or written.
  public var artifacts: [Artifact]
  /// The commands that make all of this again.
  public var commands: [String]
  /// The machine and the program.
  public var environment: [Fact]

  /// A report of the given parts; a part left out is said to be missing.
  public init(
    title: String, dataset: Dataset, networks: [NetworkStage] = [], seeds: [Fact] = [], schemes: [Scheme] = [],
    languageSchemes: [LanguageScheme] = [], massiveActivations: [MassiveActivation]? = nil,
    languageHistory: [LanguagePoint] = [],
    calibrations: [Calibration] = [], history: [HistoryPoint] = [], devices: [Device] = [],
    brought: Artifact? = nil, epochs: [Epoch] = [],
    configs: [Config] = [],
    artifacts: [Artifact] = [], commands: [String] = [], environment: [Fact] = []
  ) {
    self.title = title
    self.dataset = dataset
    self.networks = networks
    self.seeds = seeds
    self.schemes = schemes
    self.languageSchemes = languageSchemes
    self.massiveActivations = massiveActivations
    self.languageHistory = languageHistory
    self.calibrations = calibrations
    self.history = history
    self.devices = devices
    self.brought = brought
    self.epochs = epochs
    self.configs = configs
    self.artifacts = artifacts
    self.commands = commands
    self.environment = environment
  }

  /// The report in GitHub's Markdown.
  public func markdown() -> String { MarkdownRenderer.render(document) }

  /// The report as one HTML file that needs nothing beside it.
  public func html() -> String { HTMLRenderer.render(document) }
}

extension Report {
  /// What the network was trained and tested on.
  public struct Dataset: Sendable, Hashable {
    /// The dataset's name.
    public var name: String
    /// True of the built-in digits, whose accuracies must not be taken for MNIST's.
    public var isSynthetic: Bool
    /// The number of training images, if known.
    public var trainImages: Int?
    /// The number of test images, if known.
    public var testImages: Int?

    /// A dataset of the given name and sizes.
    public init(name: String, isSynthetic: Bool, trainImages: Int? = nil, testImages: Int? = nil) {
      self.name = name
      self.isSynthetic = isSynthetic
      self.trainImages = trainImages
      self.testImages = testImages
    }
  }

  /// A name and what it stands for: `CPU`, `threads`, `training seed`.
  public struct Fact: Sendable, Hashable {
    /// What is told.
    public var name: String
    /// What it is.
    public var value: String

    /// A fact.
    public init(_ name: String, _ value: String) {
      self.name = name
      self.value = value
    }
  }

  /// One pass of training over its data.
  public struct Epoch: Sendable, Hashable {
    /// The epoch's number, from 1.
    public var number: Int
    /// The mean loss.
    public var loss: Double
    /// The share of training images classified rightly, nil when it was not measured.
    public var trainAccuracy: Double?
    /// The share of test images classified rightly, nil when it was not measured.
    public var testAccuracy: Double?
    /// How long the epoch took.
    public var seconds: Double

    /// An epoch with the given figures.
    public init(
      number: Int, loss: Double, trainAccuracy: Double? = nil, testAccuracy: Double? = nil, seconds: Double
    ) {
      self.number = number
      self.loss = loss
      self.trainAccuracy = trainAccuracy
      self.testAccuracy = testAccuracy
      self.seconds = seconds
    }
  }

  /// A file that says what to do.
  public struct Config: Sendable, Hashable {
    /// Where it is.
    public var path: String
    /// Its text; nil where the file on disk is no longer the one that was read.
    public var text: String?

    /// A file of the given text.
    public init(path: String, text: String?) {
      self.path = path
      self.text = text
    }
  }

  /// A file that was read or written.
  public struct Artifact: Sendable, Hashable {
    /// Where it is.
    public var path: String
    /// What it is: `dataset`, `config`, `checkpoint`, ...
    public var kind: String
    /// Its size.
    public var bytes: Int64
    /// The SHA-256 of its content, in hexadecimal.
    public var sha256: String

    /// An artifact with the given facts.
    public init(path: String, kind: String, bytes: Int64, sha256: String) {
      self.path = path
      self.kind = kind
      self.bytes = bytes
      self.sha256 = sha256
    }
  }
}
