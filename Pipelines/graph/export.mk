# Models in forms for other programs, and what exported C does on other machines.
#
# FORMATS of a call, FORMATS_<scheme> of a pipeline's .mk, or all of these. c-tflite-double and c-tflite-single round as
# TensorFlow Lite does; vectors are the test images with the engine's integers.
EVERY_FORMAT := c json csv
KNOWN_FORMATS := $(EVERY_FORMAT) c-tflite-double c-tflite-single vectors
FORMATS ?=
FORMATS_UNKNOWN := $(filter-out $(KNOWN_FORMATS),$(FORMATS))
$(if $(FORMATS_UNKNOWN),$(error FORMATS='$(FORMATS)': expected some of $(KNOWN_FORMATS), found '$(FORMATS_UNKNOWN)'))
formats_of = $(or $(FORMATS),$(FORMATS_$(1)),$(EVERY_FORMAT))

# $(1) a scheme, $(2) a folder, which is the format's name; $(3) the file; $(4) the options that choose it.
define export-rule
$(OUT)/$(1)/export/$(2)/$(3): $(BIN)/export $(OUT)/$(1)/convert/model.safetensors $(if $(filter vectors,$(2)),$(DATA))
	$(BIN)/export $(4) --input $(OUT)/$(1)/convert/model.safetensors $(if $(filter vectors,$(2)),$(DATA)) --output $$@ $(LABEL) --scheme $(1)
endef
define export-graph
$(call export-rule,$(1),c,model.c,--format c)
$(call export-rule,$(1),c-tflite-double,model.c,--format c --rounding tflite-double)
$(call export-rule,$(1),c-tflite-single,model.c,--format c --rounding tflite-single)
$(call export-rule,$(1),json,model.json,--format json)
$(call export-rule,$(1),csv,model.csv,--format csv)
$(call export-rule,$(1),vectors,vectors.safetensors,--format vectors)
endef
$(foreach scheme,$(SCHEMES_THERE),$(eval $(call export-graph,$(scheme))))

EXPORTED_c := model.c
EXPORTED_c-tflite-double := model.c
EXPORTED_c-tflite-single := model.c
EXPORTED_json := model.json
EXPORTED_csv := model.csv
EXPORTED_vectors := vectors.safetensors
target_of_export := $(foreach scheme,$(SCHEMES),$(foreach format,$(call formats_of,$(scheme)), \
  $(OUT)/$(scheme)/export/$(format)/$(EXPORTED_$(format))))

# The harness is what a device runs around the model.
MACHINES ?= host cortex-m3 cortex-m4 cortex-m7 cortex-m55 riscv64
IMAGES ?= 500
HARNESS := $(wildcard Tests/Emulated/device/*)
define emulate-graph
$(OUT)/$(1)/emulate/$(2)/emulation.json: $(BIN)/emulate $(HARNESS) $(OUT)/$(1)/export/c/model.c $(OUT)/$(1)/export/vectors/vectors.safetensors | .build/setup-emulators
	$(BIN)/emulate --machine $(2) --images $(IMAGES) --config $(HARNESS) --input $(OUT)/$(1)/export/c/model.c $(OUT)/$(1)/export/c/model.h $(OUT)/$(1)/export/vectors/vectors.safetensors --output $$@ $(LABEL) --scheme $(1)
endef
$(foreach scheme,$(SCHEMES_THERE),$(foreach machine,$(MACHINES),$(eval $(call emulate-graph,$(scheme),$(machine)))))
target_of_emulate := $(foreach scheme,$(SCHEMES),$(foreach machine,$(MACHINES), \
  $(OUT)/$(scheme)/emulate/$(machine)/emulation.json))

EMULATORS := gcc-arm-none-eabi libnewlib-arm-none-eabi qemu-system-arm gcc-riscv64-linux-gnu libc6-dev-riscv64-cross \
  qemu-user
EMULATORS_FOUND := command -v arm-none-eabi-gcc && command -v qemu-system-arm && command -v riscv64-linux-gnu-gcc && \
  command -v qemu-riscv64 && ls /usr/riscv64-linux-gnu/lib/libc.a

.build/setup-emulators:
	@$(call install,--no-install-recommends $(EMULATORS),$(EMULATORS_FOUND))
	@mkdir -p .build && touch $@
