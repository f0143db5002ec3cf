import Files
import ONNXFormat

/// The nodes of a graph on which its output depends, in the order of the file, which must be one in which they can be
/// computed.
struct ONNXOrder {
  /// The nodes.
  let nodes: [ONNXNode]
  /// How many of them read each value; the graph's output counts as one more reader.
  let readers: [String: Int]
  /// The graph's output.
  let output: String

  /// The nodes before a graph's output.
  init(_ graph: ONNXGraph, tensors: ONNXTensorSource) throws(ONNXImportError) {
    guard graph.outputs.count == 1 else {
      throw .graph(expected: "a graph with one output, the scores", found: "\(graph.outputs.count)")
    }
    output = graph.outputs[0].name
    var given = Set(graph.inputs.map(\.name))
    var makers: [String: Int] = [:]
    for (index, node) in graph.nodes.enumerated() {
      for name in node.outputs where !name.isEmpty {
        guard !given.contains(name), !tensors.has(name), makers.updateValue(index, forKey: name) == nil else {
          throw node.error("an output with a name of its own", found: quoted(name) + ", which another value has")
        }
      }
    }
    var isNeeded = [Bool](repeating: false, count: graph.nodes.count)
    var stack = makers[output].map { [$0] } ?? []
    for index in stack { isNeeded[index] = true }
    while let index = stack.popLast() {
      for name in graph.nodes[index].inputs {
        guard let maker = makers[name], !isNeeded[maker] else { continue }
        isNeeded[maker] = true
        stack.append(maker)
      }
    }
    nodes = graph.nodes.indices.filter { isNeeded[$0] }.map { graph.nodes[$0] }
    var readers = [output: 1]
    for node in nodes {
      for name in node.inputs where !name.isEmpty {
        guard given.contains(name) || tensors.has(name) else {
          let found = makers[name] == nil ? "no value of that name" : "one that is made behind it, or of it"
          throw node.error("the value \(quoted(name)) before it", found: found)
        }
        readers[name, default: 0] += 1
      }
      given.formUnion(node.outputs)
    }
    self.readers = readers
  }
}
