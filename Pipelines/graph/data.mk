# The dataset: MNIST or synthetic digits, or a person's own, and the images held out of it.

# The dataset at hand may not be the one that is asked for now: synthetic digits, say, and MNIST_DIR is given at last.
# Its manifest is then made to look old, so that it is installed again. So it is where other images are to be held out.
DATASET_AT_HAND := $(shell sed -n 's/^  "dataset": "\(.*\)".*/\1/p' $(DATA) 2>/dev/null)
DATASET_WANTED := $(if $(DATASET_DIR),$(DATASET_NAME),$(if $(filter automatic,$(DATASET)),$(if $(MNIST_DIR),mnist),$(DATASET)))
HELD_OUT = $(shell sed -n '/^  "splits"/,$$s/^ *"\(images\|seed\)": \([0-9]*\).*/\2/p' $(DATA) 2>/dev/null)
slashed = $(subst $() ,/,$(strip $(1)))
IS_WANTED := $(and $(or $(if $(DATASET_WANTED),,yes),$(filter $(DATASET_WANTED),$(DATASET_AT_HAND))),$(or $(if \
  $(VALIDATION),,yes),$(filter $(call slashed,$(VALIDATION) $(VALIDATION_SEED)),$(call slashed,$(HELD_OUT)))))
ifneq ($(DATASET_AT_HAND),)
ifeq ($(IS_WANTED),)
$(shell touch -d @0 $(DATA))
endif
endif

ifneq ($(filter import-dataset,$(MAKECMDGOALS) $(STAGE)),)
$(if $(DATASET_DIR),,$(error import-dataset: expected DATASET_DIR=folder, the dataset to install, found none))
endif

HOLD_OUT = $(if $(VALIDATION),--validation $(call quoted,$(VALIDATION)) $(if \
  $(VALIDATION_SEED),--validation-seed $(call quoted,$(VALIDATION_SEED))))

ifneq ($(DATASET_DIR),)
$(DATA): $(BIN)/import-dataset
	$(BIN)/import-dataset --from $(call quoted,$(value DATASET_DIR)) --name $(call quoted,$(DATASET_NAME)) $(if $(DATASET_PREFIX),--prefix $(call quoted,$(DATASET_PREFIX))) $(HOLD_OUT) --output $@ --catalog $(CATALOG)
else ifneq ($(and $(DATASET_AT_HAND),$(filter-out mnist synthetic-digits,$(DATASET_AT_HAND)),$(if $(DATASET_WANTED),,yes)),)
# What a person brought stays until another is asked for.
$(DATA): ;
else
$(DATA): $(BIN)/fetch-mnist
	$(BIN)/fetch-mnist --dataset $(call quoted,$(DATASET)) $(if $(MNIST_DIR),--from $(call quoted,$(value MNIST_DIR))) $(HOLD_OUT) --output $@ --catalog $(CATALOG)
endif
