# A float model that was trained elsewhere, FLOAT, in the place of one that is trained here: on the command line, or in the
# pipeline's own .mk. It has an artifact of its own, so that neither model overwrites the other:
# FLOAT_MODEL is the one that the graph goes on from.

$(CONFIG)/network.yaml:
	@echo "$@: no such file; docs/pipelines.md says how to write one, describe what a file of tensors tells of it" >&2; exit 1

$(CONFIG)/train.yaml:
	@echo "$@: no such file; write one to train, or bring a model: FLOAT=my.safetensors" >&2; exit 1

# A file that is brought may be older than another that was, and a model that is trained older than one that was
# brought: their content is asked for, not their age. What was made of another is made to look old.
made_of = $(shell LC_ALL=C head -c 65536 -- $(1) 2> /dev/null | LC_ALL=C grep -aoE -m 1 '"input_sha256":"[0-9a-f]{64}' | tail -c 65)
sha256 = $(shell { sha256sum < $(1); } 2> /dev/null | head -c 64)
made_old = $(if $(and $(wildcard $(1)),$(filter-out $(2),$(call made_of,$(1)))),$(shell touch -d @0 $(1)))

ifneq ($(value FLOAT),)
$(call made_old,$(target_of_import-model),$(or $(call sha256,$(call quoted,$(value FLOAT))),none))
endif
ifneq ($(wildcard $(target_of_import-model)),)
FLOAT_AT_HAND := $(call sha256,$(FLOAT_MODEL))
$(if $(FLOAT_AT_HAND),$(foreach made,$(OUT)/fuse/model.safetensors $(QAT_SCHEMES:%=$(OUT)/%/qat/model.safetensors), \
  $(call made_old,$(made),$(FLOAT_AT_HAND))))
endif

$(target_of_import-model): $(BIN)/import-model $(CONFIG)/network.yaml $(DATA)
	$(BIN)/import-model --config $(CONFIG)/network.yaml --input $(call quoted,$(or $(value FLOAT),$(error \
	  make import-model FLOAT=...: expected a safetensors file))) $(DATA) --output $@ $(LABEL)

describe: $(BIN)/describe
	@$(BIN)/describe -- $(call quoted,$(or $(value FLOAT),$(error make describe FLOAT=...: expected a safetensors file)))
