import Foundation
import Testing

/// What the page tells a reader to type, typed: from PyTorch's state_dict to an int8 file and its report.
@Suite("The page of a model of one's own")
struct YourOwnModelTests {
  private static let hasTorch = has("safetensors, torch")
  private static let hasExporter = has("safetensors, torch, onnx, onnxscript")

  private static func has(_ modules: String) -> Bool {
    (try? Program(path: "python3").run(["-c", "import \(modules)"], in: "/"))?.code == 0
  }

  /// Stands in for the reader's training: a few epochs on the digits at hand, pixel / 255.
  private static let training = """

    def digits(name):
        import glob
        path, = glob.glob(f"Artifacts/data/*/train-{name}")
        content = open(path, "rb").read()
        return torch.frombuffer(bytearray(content[4 + 4 * content[3]:]), dtype=torch.uint8)


    torch.manual_seed(1)
    labels = digits("labels-idx1-ubyte").long()
    images = digits("images-idx3-ubyte").reshape(-1, 1, 28, 28) / 255
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    for _ in range(12):
        for batch in torch.randperm(len(labels)).split(50):
            optimizer.zero_grad()
            nn.functional.cross_entropy(model(images[batch]), labels[batch]).backward()
            optimizer.step()
    model.eval()

    """

  private let page: Page

  init() throws { page = try Papers.page("docs/your-own-model.md") }

  private func blocks(_ language: String) -> [String] {
    page.blocks.filter { $0.language == language }.map { $0.lines.joined(separator: "\n") + "\n" }
  }

  /// The page's network file, which no other of its blocks begins like.
  private func network() throws -> String { try #require(blocks("").first { $0.hasPrefix("name: Net\n") }) }

  /// A tree with the default pipeline in it, which the page copies from.
  private func tree() throws -> Tree {
    let tree = try Tree()
    for file in ["mnist-cnn.mk", "mnist-cnn/limits.yaml", "mnist-cnn/schemes/octavo.yaml"] {
      try tree.workshop.write(try Papers.text("Pipelines/\(file)"), to: "Pipelines/\(file)")
    }
    // The default scheme calibrates on 1,024 images.
    let ending = try tree.workshop.run(
      "fetch-mnist",
      [
        "--output", "Artifacts/data/manifest.json", "--quiet", "--dataset", "synthetic-digits",
        "--synthetic-training", "1200", "--synthetic-test", "200",
      ])
    guard ending.code == 0 else { throw StageFailed(stage: "fetch-mnist", ending: ending) }
    return tree
  }

  private func shell(_ commands: String, in tree: Tree) throws -> Program.Ending {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try Program(path: "bash").run(
      ["-e", "-c", commands], in: tree.workshop.folder,
      environment: ["PATH": "\(tree.workshop.path("bin")):\(path)", "DATASET": "synthetic-digits"])
  }

  @Test(
    "python3 with torch: the page's commands make an int8 file and its report",
    .enabled("there is no python3 with torch and safetensors on the PATH") { hasTorch })
  func commands() throws {
    let tree = try tree()
    let python = blocks("python")
    try #require(python.count == 3)
    try tree.workshop.write(python[0] + Self.training + python[1], to: "model.py")
    let saved = try Program(path: "python3").run(["model.py"], in: tree.workshop.folder)
    #expect(saved.code == 0, "\(saved.errors)")
    let commands = blocks("").filter { $0.hasPrefix("cp ") || $0.hasPrefix("make ") }
    try #require(commands.count == 3)

    let begun = try shell(commands[0], in: tree)
    #expect(begun.code == 0, "\(begun.errors)")
    let described = try tree.workshop.text("Pipelines/mine/network.yaml")
    #expect(blocks("").contains(described), "\(described)")
    try tree.workshop.write(try network(), to: "Pipelines/mine/network.yaml")

    let made = try shell(commands[1], in: tree)
    #expect(made.code == 0, "\(made.errors)")
    #expect(made.errors.contains("2 num_batches_tracked left out"))
    #expect(!made.errors.contains("hardly better than guessing"), "\(made.errors)")
    for file in page.code.filter({ $0.hasPrefix("Artifacts/mine/") }) {
      #expect(tree.workshop.exists(file), "\(file)")
    }
    let catalog = "Artifacts/catalog.sqlite"
    #expect(
      try tree.workshop.select("SELECT stage FROM run ORDER BY id", catalog: catalog)
        == ["import-model", "fuse", "calibrate", "convert", "evaluate", "report"])
    // The float scores are PyTorch's: as many of the test images right, give or take those on an edge.
    let count = try Program(path: "python3").run(["-c", Self.count], in: tree.workshop.folder)
    let rate = try #require(
      try tree.workshop.select(
        "SELECT value FROM metric WHERE name = 'import_accuracy'", catalog: catalog
      ).first.flatMap(Double.init))
    let theirs = try #require(Double(count.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(count.errors)")
    #expect(abs(rate - theirs) <= 0.005 && theirs > 0.5)
  }

  @Test(
    "python3 with torch and onnxscript: so do the commands for an ONNX file, without a network file",
    .enabled("there is no python3 with torch, safetensors, onnx and onnxscript on the PATH") { hasExporter })
  func onnxCommands() throws {
    let tree = try tree()
    let (python, commands) = (blocks("python"), blocks("").filter { $0.hasPrefix("cp ") || $0.hasPrefix("make ") })
    try #require(python.count == 3 && commands.count == 3)
    try tree.workshop.write(python[0] + Self.training + python[1] + python[2], to: "model.py")
    let saved = try Program(path: "python3").run(["model.py"], in: tree.workshop.folder)
    #expect(saved.code == 0, "\(saved.errors)")
    #expect(try shell(commands[0], in: tree).code == 0)
    try tree.workshop.remove("Pipelines/mine/network.yaml")
    let made = try shell(commands[2], in: tree)
    #expect(made.code == 0 && made.output.contains("{name: features.0, type: conv2d, out: 8, kernel: 3, padding: 1}"))
    #expect(!made.errors.contains("hardly better than guessing"), "\(made.errors)")
    let rate = try #require(
      try tree.workshop.select(
        "SELECT value FROM metric WHERE name = 'import_accuracy'", catalog: "Artifacts/catalog.sqlite"
      ).first.flatMap(Double.init))
    let count = try Program(path: "python3").run(["-c", Self.count], in: tree.workshop.folder)
    let theirs = try #require(Double(count.output.trimmingCharacters(in: .whitespacesAndNewlines)), "\(count.errors)")
    #expect(abs(rate - theirs) <= 0.005 && theirs > 0.5)
  }

  /// Prints the share of test images that PyTorch classifies rightly with the saved tensors.
  private static let count = """
    source = open("model.py").read()
    exec(source[:source.index("def digits")])
    from safetensors.torch import load_file
    import glob
    model.load_state_dict(load_file("my.safetensors"))
    model.eval()
    def digits(name):
        content = open(glob.glob(f"Artifacts/data/*/t10k-{name}")[0], "rb").read()
        return torch.frombuffer(bytearray(content[4 + 4 * content[3]:]), dtype=torch.uint8)
    images = digits("images-idx3-ubyte").reshape(-1, 1, 28, 28) / 255
    with torch.no_grad():
        print((model(images).argmax(1) == digits("labels-idx1-ubyte")).float().mean().item())
    """

  // Without torch the page's network is at least one that fits and loads.
  @Test("the page's network file is one that trains")
  func networkFile() throws {
    let workshop = try Workshop()
    try workshop.succeed(.fetch)
    try workshop.write(try network(), to: "network.yaml")
    try workshop.edit("train.yaml", "epochs: 2", "epochs: 1")
    try workshop.succeed(.train)
    #expect(try workshop.checkpoint("train.safetensors").f32("features.4.weight").count == 16 * 8 * 9)
  }
}
