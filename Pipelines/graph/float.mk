# A float model that was trained elsewhere, FLOAT or ONNX, in the place of one that is trained here: on the command line,
# or in the pipeline's own .mk. FLOAT is a file of tensors, ONNX one that says its network too. It has an artifact of its
# own, so that neither model overwrites the other: FLOAT_MODEL is the one that the graph goes on from.

$(if $(and $(value FLOAT),$(value ONNX)),$(error FLOAT='$(value FLOAT)' ONNX='$(value ONNX)': expected one of them; \
  set the other to nothing))
BROUGHT = $(or $(value ONNX),$(value FLOAT))
BROUGHT_AS := FLOAT=...: expected a safetensors file, or ONNX=...: an ONNX file

$(CONFIG)/network.yaml:
	@echo "$@: no such file; docs/pipelines.md says how to write one, describe what a file of tensors tells of it" >&2; exit 1

$(CONFIG)/train.yaml:
	@echo "$@: no such file; write one to train, or bring a model: FLOAT=my.safetensors or ONNX=my.onnx" >&2; exit 1

# A file that is brought may be older than another that was, and a model that is trained older than one that was
# brought: their content is asked for, not their age. What was made of another is made to look old.
made_of = $(shell LC_ALL=C head -c 65536 -- $(1) 2> /dev/null | LC_ALL=C grep -aoE -m 1 '"input_sha256":"[0-9a-f]{64}' | tail -c 65)
sha256 = $(shell { sha256sum < $(1); } 2> /dev/null | head -c 64)
made_old = $(if $(and $(wildcard $(1)),$(filter-out $(2),$(call made_of,$(1)))),$(shell touch -d @0 $(1)))

# All that a model was made of must be there: an ONNX file may keep its tensors in another, which PyTorch calls
# my.onnx.data, and stay as it is when those change.
all_made_of = $(shell LC_ALL=C head -c 65536 -- $(1) 2> /dev/null | LC_ALL=C grep -aoE -m 1 '"input_sha256":"[0-9a-f ]*' \
  | cut -d '"' -f 4)
made_old_without = $(if $(and $(wildcard $(1)),$(filter-out $(call all_made_of,$(1)),$(2))),$(shell touch -d @0 $(1)))
names_data = $(shell LC_ALL=C grep -aqF -- "$$(basename $(1)).data" $(1) 2> /dev/null && echo yes)

ifneq ($(value FLOAT),)
$(call made_old_without,$(target_of_import-model),$(or $(call sha256,$(call quoted,$(value FLOAT))),none))
endif
ifneq ($(value ONNX),)
$(call made_old_without,$(target_of_import-model),$(or $(call sha256,$(call quoted,$(value ONNX))),none) \
  $(if $(call names_data,$(call quoted,$(value ONNX))),$(call sha256,$(call quoted,$(value ONNX).data))))
endif
ifneq ($(wildcard $(target_of_import-model)),)
FLOAT_AT_HAND := $(call sha256,$(FLOAT_MODEL))
$(if $(FLOAT_AT_HAND),$(foreach made,$(OUT)/fuse/model.safetensors $(QAT_SCHEMES:%=$(OUT)/%/qat/model.safetensors), \
  $(call made_old,$(made),$(FLOAT_AT_HAND))))
endif

$(target_of_import-model): $(BIN)/import-model $(if $(value ONNX),,$(CONFIG)/network.yaml) $(DATA)
	$(BIN)/import-model $(if $(value ONNX),,--config $(CONFIG)/network.yaml) \
	  --input $(call quoted,$(or $(BROUGHT),$(error make import-model $(BROUGHT_AS)))) $(DATA) --output $@ $(LABEL)

describe: $(BIN)/describe
	@$(BIN)/describe -- $(call quoted,$(or $(BROUGHT),$(error make describe $(BROUGHT_AS))))
