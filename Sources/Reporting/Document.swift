/// What a report is made of before anyone has said in which language it is written.
struct Document: Sendable, Hashable {
  /// A part of a section.
  indirect enum Block: Sendable, Hashable {
    case paragraph(String)
    case list([String])
    case facts([Report.Fact])
    case commands([String])
    case table(Table)
    case bars(BarChart)
    /// Blocks that most readers pass by: HTML folds them away.
    case details(title: String, [Block])
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
