"""Writes what the libraries whose algorithms Octavo follows make of small texts: golden data for every clone.

Made with sentencepiece 0.2.3 and tokenizers 0.23.3 by

    python Tests/TokenizersTests/Golden/make_golden.py

which writes beside itself
- sentencepiece.model: a model of byte-pair encoding with byte fallback, a dummy prefix, pieces of control and pieces
  that are found before all others;
- sentencepiece.json: what sentencepiece makes of each text with it;
- byte-level.json: a byte-level vocabulary as files spell it (pieces, merges), and what tokenizers makes of each text
  with it, under GPT-2's pattern and with every digit alone.

The texts are this file's own, so nobody else's data is in them. One thread trains, and a second run writes the same
bytes.
"""

import json
import pathlib
import random
import sys
import tempfile

import sentencepiece
import tokenizers
from tokenizers import models, pre_tokenizers, trainers

HERE = pathlib.Path(__file__).resolve().parent
COMMAND = "python Tests/TokenizersTests/Golden/make_golden.py"

SUBJECTS = ["the miller", "a girl named Ada", "my neighbour's goat", "the old baker", "an engineer", "their cat"]
VERBS = ["weighed", "carried", "couldn't find", "was looking for", "counted", "hid", "wouldn't sell", "remembered"]
OBJECTS = ["the grain", "12 apples", "a lantern", "3.5 kilograms of flour", "the café's menu", "an integer", "the key"]
ENDS = ["before dawn", "in the cellar", "on 7 March 1925", "— nobody knew why", "and smiled", "again and again"]

HARD = [
    "", " ", "  ", "   ", "\n", "\r\n", "\t", " a", "a ", "  a", "a  ", "a  b   c    d", "\n\n\n", " \n \n x",
    "the the  the", "the key.", "The Key", "KEY", "grain" * 9, "aaaaaaaaaaaaaaaaa", "12 apples, 345678901234567890",
    "1a2b3c", "½ of Ⅷ²", "don't I'll we've they're I'm he'd it's", "'S 'LL ''s 're' '", "x'y'z 'tis", "--->>> !!!",
    "café cafe\u0301 naïve ÀÉÎ", "漢字かな交じり文", "한국어", "مرحبا 123", "नमस्ते", "😀😃 👨‍👩‍👧 🇩🇪", "a😀b 😀 c",
    "a\u00a0b\u3000c\u2003d", "\u200b\u200d\ufeff", "a\x00b\x00", "\x01\x02\x1c\x7f", "\U0001d7d8\U00010400\U0002f800",
    "<s>", "</s>", "<unk>", "<ctl>", "<sep>", "a<sep>b<sep><sep> c", "<0x41>", "<0x", "the café<sep>'s", "<|end|>",
]


def sentences(count, seed):
    """Sentences of the words above, drawn from a seed."""
    draws = random.Random(seed)
    pick = lambda words: words[draws.randrange(len(words))]
    return [f"{pick(SUBJECTS)} {pick(VERBS)} {pick(OBJECTS)} {pick(ENDS)}.".capitalize() for _ in range(count)]


def noise(count, seed):
    """Texts of characters and words that meet each other in every way."""
    draws = random.Random(seed)
    pool = list("aehiklnorst   \n'.,-0123456789<>") + ["é", "漢", "😀", "\u00a0", " the", "grain", "<sep>", "'s", "½"]
    return ["".join(draws.choice(pool) for _ in range(draws.randrange(1, 40))) for _ in range(count)]


def sentencepiece_golden(train, texts):
    """Trains a model, and asks it about the texts."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = pathlib.Path(folder) / "corpus.txt"
        corpus.write_text("\n".join(train), encoding="utf-8")
        sentencepiece.SentencePieceTrainer.train(
            input=str(corpus), model_prefix=str(pathlib.Path(folder) / "m"), model_type="bpe", vocab_size=420,
            byte_fallback=True, character_coverage=1.0, normalization_rule_name="identity", split_digits=True,
            remove_extra_whitespaces=False, add_dummy_prefix=True, allow_whitespace_only_pieces=True,
            user_defined_symbols=["<sep>", "▁café"], control_symbols=["<ctl>"], num_threads=1, minloglevel=2)
        model = (pathlib.Path(folder) / "m.model").read_bytes()
    # Where the trainer read and wrote is kept by the model, and is none of anybody's business.
    model = without_paths(model)
    (HERE / "sentencepiece.model").write_bytes(model)
    processor = sentencepiece.SentencePieceProcessor(model_proto=model)
    document = {
        "by": f"sentencepiece {sentencepiece.__version__}", "command": COMMAND, "count": processor.vocab_size(),
        "cases": [{"text": text, "tokens": processor.encode(text)} for text in texts],
    }
    write("sentencepiece.json", document)


def varint(number):
    """A number as Protocol Buffers write it."""
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(written + bytes([number]))


def fields(message):
    """(number, wire type, value, whole bytes) of each field of a message."""
    def number_at(place):
        value, shift = 0, 0
        while True:
            value |= (message[place] & 0x7F) << shift
            shift, place = shift + 7, place + 1
            if message[place - 1] < 0x80:
                return value, place
    place = 0
    while place < len(message):
        start = place
        key, place = number_at(place)
        size = {1: 8, 5: 4}.get(key & 7)
        if key & 7 == 0:
            value, place = number_at(place)
        else:
            if key & 7 == 2:
                size, place = number_at(place)
            value, place = message[place:place + size], place + size
        yield key >> 3, key & 7, value, message[start:place]


def without_paths(model):
    """The model without its trainer's input (1) and model_prefix (2)."""
    result = b""
    for number, wire, value, whole in fields(model):
        if number == 2:
            kept = b"".join(part for inner, _, _, part in fields(value) if inner not in (1, 2))
            whole = varint(2 << 3 | wire) + varint(len(kept)) + kept
        result += whole
    return result


def byte_level_golden(train, texts):
    """Trains a vocabulary, and asks it about the texts under both patterns."""
    tokenizer = tokenizers.Tokenizer(models.BPE())
    plain = pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True)
    tokenizer.pre_tokenizer = plain
    trainer = trainers.BpeTrainer(
        vocab_size=420, special_tokens=["<|end|>"], initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False)
    tokenizer.train_from_iterator(train, trainer)
    model = json.loads(tokenizer.to_str())["model"]
    # Read again without the special piece: text is text.
    bare = tokenizers.Tokenizer(models.BPE(vocab=model["vocab"], merges=[tuple(pair) for pair in model["merges"]]))
    document = {
        "by": f"tokenizers {tokenizers.__version__}", "command": COMMAND,
        "pieces": sorted(model["vocab"], key=model["vocab"].get),
        "merges": [" ".join(pair) for pair in model["merges"]], "cases": [],
    }
    digits = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), plain])
    for text in texts:
        case = {"text": text}
        for name, pattern in (("gpt2", plain), ("smollm", digits)):
            bare.pre_tokenizer = pattern
            case[name] = bare.encode(text).ids
        document["cases"].append(case)
    write("byte-level.json", document)


def write(name, document):
    """One line for each case, so that a change shows."""
    cases = document.pop("cases")
    lines = [json.dumps(case, ensure_ascii=True) for case in cases]
    head = json.dumps(document, ensure_ascii=True)[:-1]
    (HERE / name).write_text(head + ', "cases": [\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8")


def main():
    """Writes all three files."""
    train = sentences(400, seed=1)
    texts = HARD + sentences(20, seed=2) + noise(60, seed=3)
    sentencepiece_golden(train, texts)
    byte_level_golden(train, texts)
    return 0


if __name__ == "__main__":
    sys.exit(main())
