# An int8 model that was quantized elsewhere: ONNX, a file with QuantizeLinear and DequantizeLinear around its operations.
# Nothing is made of it in the graph; it is compared and exported by name. Another file is taken whatever its age.

ifneq ($(value ONNX),)
$(call made_old_without,$(target_of_import-quantized),$(or $(call sha256,$(call quoted,$(value ONNX))),none) \
  $(if $(call names_data,$(call quoted,$(value ONNX))),$(call sha256,$(call quoted,$(value ONNX).data))))
endif

$(target_of_import-quantized): $(BIN)/import-quantized $(DATA)
	$(BIN)/import-quantized --input $(call quoted,$(or $(value ONNX),$(error make import-quantized ONNX=...: expected an ONNX file))) \
	  $(DATA) --output $@ $(LABEL)
