import Checkpoints
import Testing

@Suite struct HeaderScannerTests {
  private func string(_ text: String) throws -> String {
    var scanner = HeaderScanner(Array(text.utf8))
    return try scanner.string()
  }

  private func integer(_ text: String) throws -> Int {
    var scanner = HeaderScanner(Array(text.utf8))
    return try scanner.integer()
  }

  @Test func resolvesEveryEscape() throws {
    #expect(try string(#""\"\\\/\b\f\n\r\t""#) == "\"\\/\u{8}\u{C}\n\r\t")
    #expect(try string(#""\u0041\u00e9\u00E9\u20ac\u0000""#) == "A\u{E9}\u{E9}\u{20AC}\u{0}")
    #expect(try string(#""\ud83d\uDE00\udbff\udfff""#) == "\u{1F600}\u{10FFFF}")
    #expect(try string("\"\u{E9}\u{1F600}\u{7F}\"") == "\u{E9}\u{1F600}\u{7F}")
  }

  @Test(arguments: [#""\x""#, #""\u12""#, #""\u12g4""#, #""\u+123""#, #""\ud83d\u12""#, #""\"#, #""\u"#])
  func refusesBadEscapes(_ text: String) {
    #expect(throws: SafetensorsError.badEscape(position: 1)) { try string(text) }
  }

  @Test(arguments: [
    #""\ud83d""#, #""\ude00""#, #""\ud83dx""#, #""\ud83d\n""#, #""\ud83d\ud83d""#, #""\ud83d"#,
  ])
  func refusesLoneSurrogates(_ text: String) {
    #expect(throws: SafetensorsError.loneSurrogate(position: 1)) { try string(text) }
  }

  @Test func readsIntegersToTheLimit() throws {
    #expect(try integer("0") == 0)
    #expect(try integer(" \t\n\r90") == 90)
    #expect(try integer("9223372036854775807") == Int.max)
  }

  @Test(arguments: ["9223372036854775808", "18446744073709551616", String(repeating: "9", count: 10_000)])
  func refusesLargerIntegers(_ text: String) {
    #expect(throws: SafetensorsError.numberOverflow(position: 0)) { try integer(text) }
  }

  @Test func refusesOtherNumbers() {
    for text in ["-1", "+1", ".5", "x", ""] {
      let error = SafetensorsError.syntax(
        position: 0, expected: "an unsigned integer", found: text.utf8.first)
      #expect(throws: error) { try integer(text) }
    }
    for text in ["00", "01"] {
      #expect(throws: SafetensorsError.self) { try integer(text) }
    }
  }

  @Test func walksNestedContainers() throws {
    var scanner = HeaderScanner(Array(#" { "a" : [ 1 , 2 ] , "b" : { } , "c" : [] , "d" : "e" }  "#.utf8))
    var seen: [String] = []
    try scanner.beginObject()
    while let key = try scanner.nextKey() {
      seen.append(key)
      switch key {
      case "b":
        try scanner.beginObject()
        while let inner = try scanner.nextKey() { seen.append(inner) }
      case "d": seen.append(try scanner.string())
      default:
        try scanner.beginArray()
        while let value = try scanner.nextInteger() { seen.append(String(value)) }
      }
    }
    try scanner.finish()
    #expect(seen == ["a", "1", "2", "b", "c", "d", "e"])
  }
}
