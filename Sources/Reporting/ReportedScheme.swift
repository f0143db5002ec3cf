/// What the report says of every scheme alike, whatever its network does.
protocol ReportedScheme {
  /// The scheme's name.
  var name: String { get }
  /// The evaluation's number in the catalog.
  var run: Int64 { get }
  /// How it quantizes, nil when that was not recorded.
  var settings: Report.Settings? { get }
  /// The pipeline's limits, held against its figures.
  var verdicts: [Verdict] { get }
  /// What the stages that made the int8 network warned of, a line each.
  var warnings: [String] { get }
  /// The sizes of both checkpoints.
  var float32Bytes: Int64 { get }
  /// Likewise.
  var int8Bytes: Int64 { get }
  /// How many times faster int8 is, nil when a speed is missing.
  var speedRatio: Double? { get }
}

extension ReportedScheme {
  /// The limits that do not hold.
  var broken: [Verdict] { verdicts.filter { !$0.holds } }

  /// How many times smaller the int8 file is.
  var sizeRatio: Double { Double(float32Bytes) / Double(int8Bytes) }
}

extension Report.Scheme: ReportedScheme {
  var float32Bytes: Int64 { float32.bytes }
  var int8Bytes: Int64 { int8.bytes }
}

extension Report.LanguageScheme: ReportedScheme {
  var float32Bytes: Int64 { float32.bytes }
  var int8Bytes: Int64 { int8.bytes }

  var speedRatio: Double? {
    guard let float = float32.generatedRate, let int = int8.generatedRate else { return nil }
    return int / float
  }
}
