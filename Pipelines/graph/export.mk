# Models in forms for other programs, and what exported C does on other machines.
#
# FORMATS of a call, FORMATS_<scheme> of a pipeline's .mk, or all of these. c-tflite-double and c-tflite-single round as
# TensorFlow Lite does; vectors are the test images with the engine's integers. onnx is the float model. A language model
# has forms of its own, whose files transformer.mk makes.
LANGUAGE_FORMATS := gguf llama2c
EVERY_FORMAT := $(if $(LANGUAGE_MODEL),$(LANGUAGE_FORMATS),onnx onnx-qdq onnx-integer c json csv)
KNOWN_FORMATS := $(EVERY_FORMAT)$(if $(LANGUAGE_MODEL),, c-tflite-double c-tflite-single vectors)
FORMATS ?=
FORMATS_UNKNOWN := $(filter-out $(KNOWN_FORMATS),$(FORMATS))
$(if $(FORMATS_UNKNOWN),$(error FORMATS='$(FORMATS)': expected some of $(KNOWN_FORMATS), found '$(FORMATS_UNKNOWN)'))
formats_of = $(or $(FORMATS),$(FORMATS_$(1)),$(EVERY_FORMAT))

# What a format's file is called, in a folder of the format's name, and the options that ask for it.
file_of_onnx-qdq := model.onnx
file_of_onnx-integer := model.onnx
file_of_c := model.c
file_of_c-tflite-double := model.c
file_of_c-tflite-single := model.c
file_of_json := model.json
file_of_csv := model.csv
file_of_vectors := vectors.safetensors
options_of_c-tflite-double := --format c --rounding tflite-double
options_of_c-tflite-single := --format c --rounding tflite-single
INT8_FORMATS := $(filter-out onnx $(LANGUAGE_FORMATS),$(KNOWN_FORMATS))

# $(1) a scheme, $(2) a format.
define export-graph
$(OUT)/$(1)/export/$(2)/$(file_of_$(2)): $(BIN)/export $(call int8_of,$(1)) $(if $(filter vectors,$(2)),$(DATA))
	$(BIN)/export $(or $(options_of_$(2)),--format $(2)) --input $(call int8_of,$(1)) $(if $(filter vectors,$(2)),$(DATA)) --output $$@ $(LABEL) --scheme $(1)
endef
$(foreach scheme,$(SCHEMES_KNOWN),$(foreach format,$(INT8_FORMATS),$(eval $(call export-graph,$(scheme),$(format)))))

FLOAT_ONNX := $(OUT)/export/onnx/model.onnx
$(FLOAT_ONNX): $(BIN)/export $(OUT)/fuse/model.safetensors
	$(BIN)/export --format onnx --input $(OUT)/fuse/model.safetensors --output $@ $(LABEL)

target_of_export := $(sort $(foreach scheme,$(SCHEMES),$(foreach format,$(call formats_of,$(scheme)), \
  $(if $(filter onnx,$(format)),$(FLOAT_ONNX),$(OUT)/$(scheme)/export/$(format)/$(file_of_$(format))))))

# The harness is what a device runs around the model.
MACHINES ?= host cortex-m3 cortex-m4 cortex-m7 cortex-m55 riscv64
IMAGES ?= 500
HARNESS := $(wildcard Tests/Emulated/device/*)
# How the C rounds: c, whose every score must be the engine's, or c-tflite-double or c-tflite-single, whose differences
# are counted.
ROUNDING ?= c
define emulate-graph
$(OUT)/$(1)/emulate/$(2)/$(3)/emulation.json: $(BIN)/emulate $(HARNESS) $(OUT)/$(1)/export/$(3)/model.c $(OUT)/$(1)/export/vectors/vectors.safetensors | .build/setup-emulators
	$(BIN)/emulate --machine $(2) --images $(IMAGES) $(if $(filter c,$(3)),,--may-differ) --config $(HARNESS) --input $(OUT)/$(1)/export/$(3)/model.c $(OUT)/$(1)/export/$(3)/model.h $(OUT)/$(1)/export/vectors/vectors.safetensors --output $$@ $(LABEL) --scheme $(1)
endef
$(foreach scheme,$(SCHEMES_KNOWN),$(foreach machine,$(MACHINES), \
  $(eval $(call emulate-graph,$(scheme),$(machine),$(ROUNDING)))))
target_of_emulate := $(foreach scheme,$(SCHEMES),$(foreach machine,$(MACHINES), \
  $(OUT)/$(scheme)/emulate/$(machine)/$(ROUNDING)/emulation.json))

EMULATORS := gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm gcc-riscv64-linux-gnu libc6-dev-riscv64-cross \
  qemu-user
EMULATORS_FOUND := command -v arm-none-eabi-gcc && command -v qemu-system-arm && command -v riscv64-linux-gnu-gcc && \
  command -v qemu-riscv64 && ls /usr/riscv64-linux-gnu/lib/libc.a

setup-emulators: .build/setup-emulators

.build/setup-emulators:
	@$(call install,--no-install-recommends $(EMULATORS),$(EMULATORS_FOUND))
	@mkdir -p .build && touch $@

# ONNX Runtime on the test vectors: every integer of onnx-integer must be the engine's. Of the schemes in SCHEMES, those
# that go from integers to integers.
ONNX_PYTHON := .build/onnx/bin/python
.build/onnx/ready: Tests/Exported/requirements.txt
	@command -v python3 > /dev/null || { echo "test-onnx: no 'python3' on the PATH; apt-get install python3-venv" >&2; exit 1; }
	python3 -m venv .build/onnx
	$(ONNX_PYTHON) -m pip install --quiet --requirement Tests/Exported/requirements.txt
	@touch $@

target_of_test-onnx := $(FLOAT_ONNX) $(foreach scheme,$(SCHEMES),$(foreach format,onnx-integer onnx-qdq vectors, \
  $(OUT)/$(scheme)/export/$(format)/$(file_of_$(format))))
test-onnx: $(target_of_test-onnx) .build/onnx/ready
	$(ONNX_PYTHON) -B Tests/Exported/pipeline_equal.py $(FLOAT_ONNX) $(foreach scheme,$(SCHEMES),$(scheme)=$(OUT)/$(scheme)/export)

# What compare-quantizers, of Benchmarks/peers.mk, compares: the schemes in SCHEMES, and what they began with.
target_of_compare-quantizers := $(DATA) $(FLOAT_ONNX) $(foreach scheme,$(SCHEMES), \
  $(call int8_of,$(scheme)) $(OUT)/$(scheme)/export/onnx-integer/model.onnx)
