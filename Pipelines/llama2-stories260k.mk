# A language model of 260 thousand weights that tells stories: the schemes that `make all` takes it through. Its files are
# taken from LLAMA_DIR, and downloaded where that is not given.
SCHEMES ?= w8a8
LLAMA_DIR ?= $(DOWNLOADS)
LANGUAGE_MODEL := $(LLAMA_DIR)/stories260K.bin $(LLAMA_DIR)/tok512.bin
TEXT ?= $(LLAMA_DIR)/$(TINYSTORIES)
# Its rows are no whole blocks of GGUF's.
FORMATS_q8-group := llama2c

STORIES := https://huggingface.co/karpathy/tinyllamas/resolve/0bd21da7698eaf29a0d7de3992de8a46ef624add/stories260K
$(eval $(call download,stories260K.bin,$(STORIES)/stories260K.bin,\
  b0a507e7ad0f626624f17112325e66691f9076d622e1d3274d103d00299f2696,LLAMA_DIR=folder))
$(eval $(call download,tok512.bin,$(STORIES)/tok512.bin,\
  037cb335abb25d1fa9e8ecae30ed2a3a8ace9302862ebcdc05d51a6bbb10c312,LLAMA_DIR=folder))
