import Foundation
import Testing

#if canImport(FoundationXML)
  import FoundationXML
#endif

/// A picture's markup as a strict parser of XML reads it.
final class Drawing: NSObject, XMLParserDelegate {
  /// An element with what is written in it, elements within left out.
  struct Element {
    var name: String
    var attributes: [String: String]
    var text = ""
    /// What its title says.
    var title: String?

    func number(_ attribute: String) throws -> Double { try #require(Double(attributes[attribute] ?? "none")) }
  }

  private(set) var elements: [Element] = []
  private var open: [Int] = []
  private(set) var roots = 0

  /// - Throws: An expectation that fails where the markup is not well formed.
  init(_ svg: String) throws {
    super.init()
    let parser = XMLParser(data: Data(svg.utf8))
    parser.delegate = self
    try #require(parser.parse(), "\(String(describing: parser.parserError)) in \(svg.prefix(2000))")
  }

  func all(_ name: String, _ kind: String? = nil) -> [Element] {
    elements.filter { $0.name == name && (kind == nil || $0.attributes["class"] == kind) }
  }

  /// The view box's width and height.
  func size() throws -> (width: Double, height: Double) {
    let parts = try #require(elements.first?.attributes["viewBox"]).split(separator: " ").compactMap { Double($0) }
    try #require(parts.count == 4 && parts[0] == 0 && parts[1] == 0)
    return (parts[2], parts[3])
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    if open.isEmpty { roots += 1 }
    open.append(elements.count)
    elements.append(Element(name: name, attributes: attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters text: String) {
    if let last = open.last { elements[last].text += text }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    let closed = open.removeLast()
    if name == "title", let parent = open.last { elements[parent].title = elements[closed].text }
  }

  /// The numbers of a path's commands, as points: each command here takes absolute coordinates, or is left out.
  static func points(_ commands: String) -> [(x: Double, y: Double)] {
    var points: [(x: Double, y: Double)] = []
    var (x, y) = (0.0, 0.0)
    var rest = Substring(commands)
    while let command = rest.popFirst() {
      let body = rest.prefix { !$0.isLetter }
      rest = rest.dropFirst(body.count)
      let numbers = body.split(separator: " ").compactMap { Double($0) }
      switch (command, numbers.count) {
      case ("M", 2), ("L", 2): (x, y) = (numbers[0], numbers[1])
      case ("H", 1): x = numbers[0]
      case ("V", 1): y = numbers[0]
      default: continue
      }
      points.append((x, y))
    }
    return points
  }
}
