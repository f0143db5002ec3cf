import Tables

/// What a report is made of before anyone has said in which language it is written.
struct Document: Sendable, Hashable {
  /// A part of a section.
  indirect enum Block: Sendable, Hashable {
    case heading(String)
    case paragraph(String)
    case facts([Report.Fact])
    case commands([String])
    case file(Report.Config)
    case tiles([Tile])
    case table(Table)
    case pictures([Picture])
    case gallery(Gallery)
    /// Blocks that most readers pass by: HTML folds them away.
    case details(title: String, [Block])
  }

  /// An answer in large letters.
  struct Tile: Sendable, Hashable {
    /// How it bodes; said in words by `value` or `note` as well.
    enum Mood: String, Sendable, Hashable {
      case good
      case bad
      case plain
    }

    var question: String
    var value: String
    var note: String
    var mood = Mood.plain
  }

  /// Images with a line or two below each.
  struct Gallery: Sendable, Hashable {
    /// An image and what is said of it.
    struct Exhibit: Sendable, Hashable {
      var image: GreyImage?
      var alternative: String
      var lines: [String]
    }

    /// Whether each image is as large as a page allows: a sheet of many, not a single digit.
    var isSheet = false
    var caption: String
    var exhibits: [Exhibit]
  }

  /// A heading and what stands under it.
  struct Section: Sendable, Hashable {
    var title: String
    var blocks: [Block]
  }

  var title: String
  /// The loud line under the heading, nil when there is nothing to warn of.
  var banner: String?
  var lede: String
  var sections: [Section]
}
