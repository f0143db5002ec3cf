# A language model: what the words make where a pipeline names one in LANGUAGE_MODEL, its file and, where that has none, its
# tokenizer. TEXT is the text that it is calibrated and measured on. One of random weights (RANDOM_SHAPE says its sizes) reads none.

LANGUAGE_WORDS := $(strip $(if $(RANDOM_SHAPE),,all) import-model convert bench bench-peers \
  $(if $(RANDOM_SHAPE),,calibrate evaluate export report compare check generate))
$(foreach word,$(filter-out $(LANGUAGE_WORDS) rerun,$(filter $(STAGES) all compare check baseline bench bench-peers \
  diff-layers test-onnx compare-quantizers generate,$(MAKECMDGOALS) $(if $(filter rerun,$(MAKECMDGOALS)),$(STAGE)))),$(error make $(word) PIPELINE=$(PIPELINE): \
  a language model $(if $(RANDOM_SHAPE),of random weights )has no such stage; it has $(strip $(LANGUAGE_WORDS))))

target_of_import-model := $(OUT)/import-transformer/model.safetensors
SEEN := $(OUT)/calibrate-transformer/model.safetensors
LANGUAGE_CALIBRATED := $(patsubst $(CONFIG)/schemes/%.yaml,%,$(shell \
  grep -lE '^(activations: *static|smoothing:|outliers:)' $(SCHEMES_THERE:%=$(CONFIG)/schemes/%.yaml) /dev/null))
target_of_calibrate := $(SEEN)
target_of_convert := $(SCHEMES:%=$(OUT)/%/convert-transformer/model.safetensors)
EVALUATE := evaluate-transformer
target_of_evaluate := $(SCHEMES:%=$(OUT)/%/$(EVALUATE)/metrics.json)
REPORTED := $(target_of_import-model) $(TEXT)
BENCHER := bench-transformer
BENCH_INPUT := $(OUT)/$(BENCHED)/convert-transformer/model.safetensors
target_of_bench := $(BENCH_INPUT)
target_of_bench-peers := $(BENCH_INPUT) $(target_of_import-model)

# No format takes every scheme and every model: a pipeline says in FORMATS_<scheme> what a scheme's is written as.
file_of_gguf := model.gguf
file_of_llama2c := model.bin
target_of_export := $(foreach scheme,$(SCHEMES),$(foreach format,$(call formats_of,$(scheme)), \
  $(OUT)/$(scheme)/export/$(file_of_$(format))))

ifneq ($(RANDOM_SHAPE),)
$(LANGUAGE_MODEL): $(BIN)/random-transformer
	$(BIN)/random-transformer --shape $(RANDOM_SHAPE) --output $@ $(LABEL)
endif

$(filter-out $(DOWNLOADS)/% $(OUT)/%,$(LANGUAGE_MODEL) $(TEXT)):
	@echo "$@: no such file; name what is there: LLAMA_DIR=folder, SMOLLM_GGUF=file or TEXT=file" >&2; exit 1

# What is read of random weights is their folder, with config.json in it.
$(target_of_import-model): $(BIN)/import-transformer $(LANGUAGE_MODEL)
	$(BIN)/import-transformer --input $(if $(RANDOM_SHAPE),$(LANGUAGE_MODEL:%/model.safetensors=%),$(LANGUAGE_MODEL)) --output $@ $(LABEL)

$(SEEN): $(BIN)/calibrate-transformer $(CONFIG)/calibrate.yaml $(target_of_import-model) $(TEXT)
	$(BIN)/calibrate-transformer --config $(CONFIG)/calibrate.yaml --input $(target_of_import-model) $(TEXT) --output $@ $(LABEL)

define transformer-graph
$(OUT)/$(1)/convert-transformer/model.safetensors: $(BIN)/convert-transformer $(CONFIG)/schemes/$(1).yaml \
  $(target_of_import-model) $(if $(filter $(1),$(LANGUAGE_CALIBRATED)),$(SEEN))
	$(BIN)/convert-transformer --config $(CONFIG)/schemes/$(1).yaml --input $$(filter %.safetensors,$$^) --output $$@ $(LABEL) --scheme $(1)

$(OUT)/$(1)/$(EVALUATE)/metrics.json: $(BIN)/evaluate-transformer $(CONFIG)/evaluate.yaml \
  $(target_of_import-model) $(OUT)/$(1)/convert-transformer/model.safetensors $(TEXT)
	$(BIN)/evaluate-transformer --config $(CONFIG)/evaluate.yaml --input $$(filter %.safetensors,$$^) $(TEXT) --output $$@ $(LABEL) --scheme $(1)
endef
$(foreach scheme,$(SCHEMES_THERE),$(eval $(call transformer-graph,$(scheme))))

# $(1) a scheme, $(2) a format.
define transformer-export-graph
$(OUT)/$(1)/export/$(file_of_$(2)): $(BIN)/export-transformer $(OUT)/$(1)/convert-transformer/model.safetensors
	$(BIN)/export-transformer --format $(2) --input $(OUT)/$(1)/convert-transformer/model.safetensors --output $$@ $(LABEL) --scheme $(1)
endef
$(foreach scheme,$(SCHEMES_THERE),$(foreach format,$(LANGUAGE_FORMATS), \
  $(eval $(call transformer-export-graph,$(scheme),$(format)))))

generate: $(BIN)/generate $(firstword $(target_of_convert))
	@$(BIN)/generate --model $(firstword $(target_of_convert)) \
	  --prompt $(call quoted,$(or $(value PROMPT),$(error make generate PROMPT=...: expected a text to go on with)))
