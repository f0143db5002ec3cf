import Kernels
import TestSupport
import Tensors
import Testing
import Tokenizers
import TransformerStages

/// What `generate` refuses, each in one line.
@Suite struct GenerationTests {
  private var model: SmallModel

  init() throws { model = try SmallModel() }

  private func generate(
    _ prompt: String, _ vocabulary: Vocabulary? = SmallModel.vocabulary(), _ options: [String] = ["--tokens", "4"]
  ) throws {
    let compute = Compute(kernels: try Kernels(.scalar), pool: ThreadPool(threads: 1))
    _ = try Generation(model: model.write(vocabulary), compute: compute, GenerationOptions.parse(options))
      .run(prompt, isSilent: true)
  }

  private var path: String { model.folder.path("model.safetensors") }

  @Test func aPromptFitsTheContext() throws {
    // One token for the beginning, one for each letter; a context of 16 leaves none to make.
    #expect(throws: Never.self) { try generate(String(repeating: "a", count: 14)) }
    for count in [15, 16, 4000] {
      #expect(
        line { try generate(String(repeating: "a", count: count)) }
          == "prompt: expected fewer than 16 tokens, the model's context, found \(count + 1); shorten it")
    }
  }

  @Test func aPromptWithoutTokensIsRefused() throws {
    var vocabulary = SmallModel.vocabulary()
    vocabulary.beginning = nil
    #expect(
      line { try generate("", vocabulary) }
        == "prompt: expected a text, found none, and the model has no token that begins one")
  }

  // Would read past the embedding's last row.
  @Test(arguments: [260, 263]) func aTokenizerOfAnotherModelIsRefused(_ count: Int) throws {
    #expect(
      line { try generate("a", SmallModel.vocabulary(count: count)) }
        == "\(path): the tokenizer has \(count) tokens, the model 262; name the model's own")
  }

  @Test func aModelWithoutTokensIsRefused() {
    #expect(line { try generate("a", nil) }?.hasPrefix("\(path): expected a tokenizer beside the weights") == true)
  }

  // One logit that is no number may be sorted anywhere, and a draw from it once was a trap.
  @Test(arguments: [["--temperature", "0"], ["--temperature", "1"], ["--temperature", "2", "--top-p", "0.5"]])
  func logitsAreNumbers(_ options: [String]) throws {
    var test = self
    let classifier = model.tensors["output.weight"]?.f32 ?? []
    for bad in [Float.nan, .infinity, -.infinity] {
      test.model.tensors["output.weight"] = Tensor(
        [SmallModel.tokens, 8], classifier.enumerated().map { $0 / 8 == 100 ? bad : $1 })
      #expect(
        line { try test.generate("a", SmallModel.vocabulary(), options) }
          == "logits after 2 tokens: expected numbers, found others; the model's file is damaged, make it again")
    }
  }

  @Test(
    arguments: [
      ["--tokens", "0"], ["--temperature", "-1"], ["--temperature", "nan"], ["--top-k", "-1"], ["--top-p", "0"],
      ["--top-p", "1.5"], ["--stop", ""],
    ])
  func anOptionOutOfItsRangeIsRefused(_ options: [String]) {
    #expect(throws: (any Error).self) { try GenerationOptions.parse(options) }
  }
}
