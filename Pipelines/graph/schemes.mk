# What each scheme makes of the float model, by its type: calibrated, fine-tuned, or neither.

define calibrated-graph
$(OUT)/$(1)/calibrate/model.safetensors: $(BIN)/calibrate $(CONFIG)/schemes/$(1).yaml $(OUT)/fuse/model.safetensors $(DATA)
	$(BIN)/calibrate --config $(CONFIG)/schemes/$(1).yaml --input $(OUT)/fuse/model.safetensors $(DATA) --output $$@ $(LABEL) --scheme $(1)

$(OUT)/$(1)/convert/model.safetensors: $(BIN)/convert $(OUT)/$(1)/calibrate/model.safetensors
	$(BIN)/convert --input $(OUT)/$(1)/calibrate/model.safetensors --output $$@ $(LABEL) --scheme $(1)

$(OUT)/$(1)/sensitivity/sensitivity.json: $(BIN)/sensitivity $(OUT)/$(1)/calibrate/model.safetensors $(DATA)
	$(BIN)/sensitivity --input $(OUT)/$(1)/calibrate/model.safetensors $(DATA) --output $$@ $(LABEL) --scheme $(1)
endef
$(foreach scheme,$(CALIBRATED_SCHEMES),$(eval $(call calibrated-graph,$(scheme))))

define qat-graph
$(OUT)/$(1)/qat/model.safetensors: $(BIN)/qat $(CONFIG)/schemes/$(1).yaml $(FLOAT_MODEL) $(DATA)
	$(BIN)/qat --config $(CONFIG)/schemes/$(1).yaml --input $(FLOAT_MODEL) $(DATA) --output $$@ $(LABEL) --scheme $(1)

$(OUT)/$(1)/convert/model.safetensors: $(BIN)/convert $(OUT)/$(1)/qat/model.safetensors
	$(BIN)/convert --input $(OUT)/$(1)/qat/model.safetensors --output $$@ $(LABEL) --scheme $(1)

$(OUT)/$(1)/sensitivity/sensitivity.json: $(BIN)/sensitivity $(OUT)/$(1)/qat/model.safetensors $(DATA)
	$(BIN)/sensitivity --input $(OUT)/$(1)/qat/model.safetensors $(DATA) --output $$@ $(LABEL) --scheme $(1)
endef
$(foreach scheme,$(QAT_SCHEMES),$(eval $(call qat-graph,$(scheme))))

define uncalibrated-graph
$(OUT)/$(1)/convert/model.safetensors: $(BIN)/convert $(CONFIG)/schemes/$(1).yaml $(OUT)/fuse/model.safetensors
	$(BIN)/convert --config $(CONFIG)/schemes/$(1).yaml --input $(OUT)/fuse/model.safetensors --output $$@ $(LABEL) --scheme $(1)

$(OUT)/$(1)/sensitivity/sensitivity.json: $(BIN)/sensitivity $(CONFIG)/schemes/$(1).yaml $(OUT)/fuse/model.safetensors $(DATA)
	$(BIN)/sensitivity --config $(CONFIG)/schemes/$(1).yaml --input $(OUT)/fuse/model.safetensors $(DATA) --output $$@ $(LABEL) --scheme $(1)
endef
$(foreach scheme,$(UNCALIBRATED_SCHEMES),$(eval $(call uncalibrated-graph,$(scheme))))

define scheme-graph
$(OUT)/$(1)/evaluate/metrics.json: $(BIN)/evaluate $(OUT)/fuse/model.safetensors $(call int8_of,$(1)) $(DATA)
	$(BIN)/evaluate --input $(OUT)/fuse/model.safetensors $(call int8_of,$(1)) $(DATA) --output $$@ $(LABEL) --scheme $(1)
endef
$(foreach scheme,$(SCHEMES_THERE),$(eval $(call scheme-graph,$(scheme))))
