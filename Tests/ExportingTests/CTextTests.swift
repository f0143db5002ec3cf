import Exporting
import Foundation
import Kernels
import Networks
import Quantization
import QuantizedLayers
import TestSupport
import Tensors
import Testing

/// What generated C says, and what it does not.
@Suite(.enabled(if: !CCompiler.all.isEmpty, Comment(rawValue: CCompiler.absence)))
struct CTextTests {
  /// A chain of products of the given names.
  private func model(names: [String]) throws -> QuantizedModel {
    var layers = names.map { Layer($0, .conv2d(Conv2d(out: 2, kernel: 2, padding: 1))) }
    layers += [Layer("end.flat", .flatten), Layer("end.fc", .linear(Linear(out: 3)))]
    let network = Network(2, 4, 4, layers: layers)
    var scales = try [Network.inputName: QuantizationParameters.u8(0.01, 7)]
    for name in network.productNames { scales[name] = try .u8(1.5, 99) }
    return try QuantizedModel(network, scales: scales)
  }

  private func code(
    _ model: QuantizedModel, rounding: CRounding = .exact, origin: [(key: String, value: String)] = [],
    prefix: String = "model"
  ) throws -> CModel {
    try CModel(IntegerProgram(model, compute: Compute()), rounding: rounding, origin: origin, prefix: prefix)
  }

  // Keywords, names of the library and of our own functions, digits first, other alphabets, names that differ in what
  // C has no letter for, and names that are longer than C looks at.
  @Test func layersMayHaveAnyName() throws {
    let names = [
      "int", "dot", "main", "memcpy", "2d", "a.b", "a_b", "a-b", "größe", "层", "*", "a_b_2", "?" + "?=", "conv1",
      "weights",
      String(repeating: "x", count: 100), String(repeating: "x", count: 99) + "y", "conv1_weights", "_", "__",
      "reached",
    ]
    let model = try model(names: names)
    let run = try CModelRun([
      .init(name: "names", model: model, pixels: (0..<64).map { UInt8($0 * 3) })
    ])
    for compiler in CCompiler.all { try run.expectTheEngines(run.answers(compiler, flags: ["-O0"])) }
    #expect(run.models[0].source.utf8.allSatisfy { $0 < 128 })
  }

  // No array of one layer is called as one of another, or as a function of ours.
  @Test func layersMayBeCalledAsWeCallArrays() throws {
    let input = Network.inputName
    let network = Network(
      2, 4, 4,
      layers: [
        Layer("a", .conv2d(Conv2d(out: 2, kernel: 3, padding: 1)), inputs: [input]),
        Layer("b", .conv2d(Conv2d(out: 2, kernel: 1)), inputs: [input]),
        Layer("cat", .concat, inputs: ["a", "b"]), Layer("cat_0", .sigmoid),
        Layer("cat_1", .hardSwish, inputs: ["cat"]),
        Layer("reached", .add(Add()), inputs: ["cat_0", "cat_1"]), Layer("pixels", .sigmoid),
        Layer("reached_0", .add(Add()), inputs: ["pixels", "cat_1"]), Layer("x", .flatten),
        Layer("y", .linear(Linear(out: 3))),
      ])
    let images = ImageSet.random(2, of: network, seed: 1)
    let run = try CModelRun([
      .init(name: "arrays", model: .graph(network, scheme: .plain(batchSize: 2), images: images), pixels: images.pixels)
    ])
    for compiler in CCompiler.all { try run.expectTheEngines(run.answers(compiler, flags: ["-O0"])) }
  }

  // A comment ends where it should, whatever the origin says.
  @Test func originsStayInTheirComment() throws {
    let model = try code(
      model(names: ["a"]),
      origin: [("int8", "*/ int broken; /*"), ("two\nlines", "\\"), ("trigraph", "??/"), ("é", "* / // \u{202E}")])
    let folder = try TemporaryFolder()
    try folder.write(model.header, to: "model.h")
    try folder.write(model.source, to: "model.c")
    for compiler in CCompiler.all {
      let build = try Command.run(compiler.path, CCompiler.warnings + ["-c", "model.c"], in: folder.path)
      #expect(build.code == 0, "\(build.errors)")
    }
    for text in [model.header, model.source] {
      #expect(text.contains(" * int8: * / int broken; / *\n") && text.contains(" * two<U+000A>lines: <U+005C>\n"))
    }
  }

  @Test(arguments: CRounding.allCases) func thereIsNoFloatingPoint(_ rounding: CRounding) throws {
    let model = try code(model(names: ["a", "b"]), rounding: rounding)
    for text in [model.header, model.source] {
      #expect(
        text.range(of: #"\b(float|double|malloc|printf|math\.h)\b|[0-9]\.[0-9]*f\b"#, options: .regularExpression)
          == nil)
    }
  }

  private static let arm = ["/usr/bin", "/usr/local/bin"].map { $0 + "/arm-none-eabi-" }.first {
    FileManager.default.isExecutableFile(atPath: $0 + "gcc")
  }

  // A processor without floating point would call a function for each operation on it. MVE for integers has none.
  @Test(
    .enabled("there is no arm-none-eabi-gcc in /usr/bin or /usr/local/bin") { arm != nil },
    arguments: CRounding.allCases, ["-mcpu=cortex-m3 -mfloat-abi=soft", "-mcpu=cortex-m55+nofp -mfloat-abi=softfp"])
  func noFloatingPointIsLeftInTheObject(_ rounding: CRounding, _ processor: String) throws {
    let arm = try #require(Self.arm)
    let folder = try TemporaryFolder()
    let seeds = rounding == .exact ? 1...6 : 1...2
    for seed in seeds {
      let network = try Network(randomGraph: UInt64(seed))
      let model = try code(.graph(network), rounding: rounding, prefix: "m\(seed)")
      try folder.write(model.header, to: "m\(seed).h")
      try folder.write(model.source, to: "m\(seed).c")
    }
    let cpu = processor.split(separator: " ").map(String.init) + ["-mthumb", "-O2", "-ffreestanding"]
    let build = try Command.run(
      arm + "gcc", CCompiler.warnings + cpu + ["-c"] + seeds.map { "m\($0).c" }, in: folder.path)
    #expect(build.code == 0, "\(build.errors)")
    let symbols = try Command.run(arm + "nm", seeds.map { "m\($0).o" }, in: folder.path)
    let text = String(decoding: symbols.output, as: UTF8.self)
    #expect(symbols.code == 0 && text.contains("m1_predict"))
    let called = text.split(separator: "\n").filter { $0.contains(" U ") }
    #expect(
      called.allSatisfy { !$0.contains("__aeabi_f") && !$0.contains("__aeabi_d") && !$0.contains("2f") }, "\(called)")
  }

  // The values that are there at one time need no less; without reuse they would need the sum.
  @Test func scratchIsAsSmallAsValuesAllow() throws {
    let memory = try code(model(names: ["a", "b", "c"])).memory
    // Two channels of 4x4, 5x5, 6x6 and 7x7, then three scores; a layer's input and output are there at once.
    #expect(memory.bytesWithoutReuse == 32 + 50 + 72 + 98 + 3)
    #expect(memory.scratchBytes == 72 + 98 && memory.leastBytes == 72 + 98)
    // Weights, and a start and a multiplier of each channel; the input's table.
    #expect(memory.constantBytes == 256 + 3 * (16 + 16) + 98 * 3 + 3 * 8)
    for seed in 1...20 {
      let graph = try code(.graph(Network(randomGraph: UInt64(seed)))).memory
      #expect(graph.scratchBytes >= graph.leastBytes && graph.scratchBytes <= graph.bytesWithoutReuse)
      #expect(Double(graph.scratchBytes) <= 1.1 * Double(graph.leastBytes), "graph \(seed)")
    }
  }

  @Test func valuesThatNoMicrocontrollerHoldsAreRefused() throws {
    let network = Network(1, 4096, 2049, [.maxPool2d(MaxPool2d(kernel: 1024)), .flatten, .linear(Linear(out: 1))])
    let model = try QuantizedModel(
      network, scales: [Network.inputName: .u8(1, 0), "l2": .u8(1, 0)])
    #expect(
      line { _ = try code(model) }
        == "layer 'quant': expected at most 8388608 values of a layer or a window, found 8392704: that is no model for C "
        + "without a heap; take another format")
  }
}
