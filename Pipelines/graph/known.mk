# The schemes that there are, and what each begins with.

$(call require_no_sign,$(call file_with_sign,$(CONFIG)/schemes,.yaml))
SCHEMES_THERE := $(patsubst $(CONFIG)/schemes/%.yaml,%,$(wildcard $(CONFIG)/schemes/*.yaml))

# Beside them stands what was quantized elsewhere, under the name of the stage that brings it.
IMPORTED := import-quantized
SCHEMES_KNOWN := $(SCHEMES_THERE) $(IMPORTED)
SCHEMES_UNKNOWN := $(filter-out $(SCHEMES_KNOWN),$(SCHEMES))
$(if $(SCHEMES_UNKNOWN),$(error SCHEMES='$(SCHEMES)': expected some of $(SCHEMES_KNOWN), found '$(SCHEMES_UNKNOWN)'))
$(if $(filter $(IMPORTED),$(SCHEMES_THERE)),$(error $(CONFIG)/schemes/$(IMPORTED).yaml: expected another name, this one \
  stands for what was quantized elsewhere; rename the file))

# The int8 checkpoint of a scheme.
int8_of = $(OUT)/$(1)/$(if $(filter $(IMPORTED),$(1)),,convert/)model.safetensors

# A scheme's type decides what its conversion reads: what calibration saw, what fine-tuning made, or the float model.
schemes_of_type = $(patsubst $(CONFIG)/schemes/%.yaml,%,$(shell \
  grep -lE '^type: *($(1))' $(SCHEMES_THERE:%=$(CONFIG)/schemes/%.yaml) /dev/null))
QAT_SCHEMES := $(call schemes_of_type,qat)
UNCALIBRATED_SCHEMES := $(call schemes_of_type,dynamic|weight_only)
CALIBRATED_SCHEMES := $(filter-out $(QAT_SCHEMES) $(UNCALIBRATED_SCHEMES),$(SCHEMES_THERE))
