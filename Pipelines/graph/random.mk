# A language model of random weights, which random-transformer writes: to measure the speed and the memory of sizes whose
# true weights are not at hand. It reads no text. RANDOM_SHAPE is what random-transformer calls the sizes.
SCHEMES ?= w8a8
TEXT :=
LANGUAGE_MODEL := Artifacts/$(PIPELINE)/random-transformer/model.safetensors
