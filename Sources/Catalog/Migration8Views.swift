/// The older views of version 8: as they were, and of language models too.
enum Migration8Views {
  /// Each of them dropped and made anew.
  static let statements = ["history", "file_size", "scale", "scheme"].flatMap { name in
    ["DROP VIEW \(name)", extended(name)]
  }

  /// What is put in place of what, in every view's newest text that has it.
  private static let replacements = [
    ("stage = 'convert'", "stage IN ('convert', 'convert-transformer')"),
    ("stage = 'evaluate'", "stage IN ('evaluate', 'evaluate-transformer')"),
    ("accuracies, the last epoch's figure", "accuracies, perplexities, the last epoch's figure"),
    (
      "where it was not evaluated since",
      "where it was not evaluated since; and of a language model, see language_evaluation"
    ),
    (
      "      (SELECT CASE\n",
      """
            (SELECT printf('perplexity int8 %.4f, float32 %.4f', q.value, f.value)
               FROM metric AS q JOIN metric AS f USING (run, layer, name)
              WHERE q.run = run.id AND q.layer = '' AND q.name = 'perplexity'
                AND q.model = 'int8' AND f.model = 'float32'),
            (SELECT CASE

      """
    ),
  ]

  /// A view's newest definition before this version, with the stages of language models.
  private static func extended(_ view: String) -> String {
    let older = [Migration5Columns.statements, Migration6.statements]
    guard let text = older.joined().last(where: { $0.hasPrefix("CREATE VIEW \(view) ") }) else {
      preconditionFailure("no older version has a view \(view)")
    }
    return replacements.reduce(text) { $0.replacing($1.0, with: $1.1) }
  }
}
