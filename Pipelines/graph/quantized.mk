# An int8 model that was quantized elsewhere: ONNX, a file with QuantizeLinear and DequantizeLinear around its operations.
# Where a scheme's model is read, it is taken by SCHEMES=import-quantized. Another file is taken whatever its age.

ifneq ($(value QUANTIZED),)
$(call made_old_without,$(target_of_import-quantized),$(or $(call sha256,$(call quoted,$(value QUANTIZED))),none) \
  $(if $(call names_data,$(call quoted,$(value QUANTIZED))),$(call sha256,$(call quoted,$(value QUANTIZED).data))))
endif

$(target_of_import-quantized): $(BIN)/import-quantized $(DATA)
	$(BIN)/import-quantized --input $(call quoted,$(or $(value QUANTIZED),$(error make import-quantized ONNX=...: expected an ONNX file, here or in QUANTIZED))) \
	  $(DATA) --output $@ $(LABEL)

# It is compared with the float model that was quantized: one that is named or at hand, or that the call makes anyhow. To
# train one for it would compare it with another.
HAS_FLOAT := $(strip $(value FLOAT)$(value ONNX) $(wildcard $(FLOAT_MODEL)) $(filter train,$(MAKECMDGOALS)) \
  $(filter-out $(IMPORTED),$(SCHEMES)))
ifneq ($(HAS_FLOAT),)
$(eval $(call scheme-graph,$(IMPORTED)))
else
$(OUT)/$(IMPORTED)/evaluate/metrics.json:
	@echo "$@: expected the float model that was quantized, found none; name it: ONNX=float.onnx or FLOAT=float.safetensors" >&2; exit 1
endif

$(OUT)/$(IMPORTED)/sensitivity/sensitivity.json:
	@echo "$@: expected a scheme, for a model that was quantized elsewhere has no other form; name one in SCHEMES" >&2; exit 1
