# Octavo: from a dataset to an int8 model and its report.
#
# A target is a file; phony names stand only at the edge, and no file depends on one. `make help` says what to type.

PIPELINE ?= mnist-cnn
include Pipelines/$(PIPELINE).mk
MNIST_DIR ?=
DATASET ?= automatic
STAGE ?=

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

PROGRAMS := fetch-mnist train fuse calibrate convert evaluate report check
STAGES := fetch-mnist train fuse calibrate convert evaluate report
BIN := .build/bin
CONFIG := Pipelines/$(PIPELINE)
OUT := Artifacts/$(PIPELINE)
CATALOG := Artifacts/catalog.sqlite
DATA := Artifacts/data/manifest.json
REPORT := $(OUT)/report/report.html
LABEL = --catalog $(CATALOG) --pipeline $(PIPELINE)

export OCTAVO_THREADS OCTAVO_ISA
export OCTAVO_COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null)

# ---------------------------------------------------------------------------------------------- what a person types

.PHONY: help all $(STAGES) rerun check test history lint format setup build clean distclean

help:
	@echo "Octavo: float32 networks to int8, reproducibly."
	@echo
	@echo "  make all         dataset -> train -> fuse -> calibrate -> convert -> evaluate -> report"
	@echo "  make STAGE       bring one stage up to date: fetch-mnist train fuse calibrate convert evaluate report"
	@echo "  make rerun STAGE=calibrate   run just that stage again, whatever its age"
	@echo "  make check       hold the newest evaluations against $(CONFIG)/limits.yaml; exit 2 when one is broken"
	@echo "  make history     what was run, newest first"
	@echo "  make test        every test"
	@echo "  make lint, make format       check, or mend, the code's layout"
	@echo "  make clean       remove what was built and made; keep downloads and the catalog"
	@echo "  make distclean   remove those too"
	@echo
	@echo "  MNIST_DIR=dir        a folder with MNIST's four files, .gz or not; else they are fetched"
	@echo "  DATASET=mnist        never fall back to synthetic digits; DATASET=synthetic-digits: ask for them"
	@echo "  PIPELINE=$(PIPELINE)   a pipeline of Pipelines/;  SCHEMES='$(SCHEMES)'   its schemes to take"
	@echo "  OCTAVO_THREADS=n, OCTAVO_ISA=scalar|avx2   how fast, never what"

all: report

fetch-mnist: $(DATA)
train: $(OUT)/train/model.safetensors
fuse: $(OUT)/fuse/model.safetensors
calibrate: $(SCHEMES:%=$(OUT)/%/calibrate/model.safetensors)
convert: $(SCHEMES:%=$(OUT)/%/convert/model.safetensors)
evaluate: $(SCHEMES:%=$(OUT)/%/evaluate/metrics.json)
report: $(REPORT)

# ------------------------------------------------------------------------------------------------------ the graph
# A stage depends on its program, its configuration and what it reads. It writes its output whole or not at all.

# A dataset folder that is named after synthetic digits have taken MNIST's place is a reason to install again.
ifneq ($(MNIST_DIR),)
SYNTHETIC_NOW := $(shell grep -ls '"dataset": "synthetic-digits"' $(DATA))
$(if $(SYNTHETIC_NOW),$(shell touch -d @0 $(DATA)))
endif

$(DATA): $(BIN)/fetch-mnist
	$(BIN)/fetch-mnist --dataset $(DATASET) $(if $(MNIST_DIR),--from '$(MNIST_DIR)') --output $@ --catalog $(CATALOG)

$(OUT)/train/model.safetensors: $(BIN)/train $(CONFIG)/network.yaml $(CONFIG)/train.yaml $(DATA)
	$(BIN)/train --config $(CONFIG)/network.yaml $(CONFIG)/train.yaml --input $(DATA) --output $@ $(LABEL)

$(OUT)/fuse/model.safetensors: $(BIN)/fuse $(OUT)/train/model.safetensors $(DATA)
	$(BIN)/fuse --input $(OUT)/train/model.safetensors $(DATA) --output $@ $(LABEL)

define scheme-graph
$(OUT)/$(1)/calibrate/model.safetensors: $(BIN)/calibrate $(CONFIG)/schemes/$(1).yaml $(OUT)/fuse/model.safetensors $(DATA)
	$(BIN)/calibrate --config $(CONFIG)/schemes/$(1).yaml --input $(OUT)/fuse/model.safetensors $(DATA) --output $$@ $(LABEL) --scheme $(1)

$(OUT)/$(1)/convert/model.safetensors: $(BIN)/convert $(OUT)/$(1)/calibrate/model.safetensors
	$(BIN)/convert --input $(OUT)/$(1)/calibrate/model.safetensors --output $$@ $(LABEL) --scheme $(1)

$(OUT)/$(1)/evaluate/metrics.json: $(BIN)/evaluate $(OUT)/fuse/model.safetensors $(OUT)/$(1)/convert/model.safetensors $(DATA)
	$(BIN)/evaluate --input $(OUT)/fuse/model.safetensors $(OUT)/$(1)/convert/model.safetensors $(DATA) --output $$@ $(LABEL) --scheme $(1)
endef
$(foreach scheme,$(SCHEMES),$(eval $(call scheme-graph,$(scheme))))

$(REPORT): $(BIN)/report $(SCHEMES:%=$(OUT)/%/evaluate/metrics.json)
	$(BIN)/report --input $(SCHEMES:%=$(OUT)/%/evaluate/metrics.json) --output $@ $(LABEL)

# ------------------------------------------------------------------------------------------------- set-up and build
# Programs are built before the graph is read: make remakes the file included here, then starts over and sees the
# programs' true ages. A program is copied to $(BIN) only when its bytes changed, so that an edit re-runs the stages
# that it changes and no other.

SOURCES := Package.swift $(shell find Sources -type f)
NEEDS_PROGRAMS := $(filter-out help test history lint format setup clean distclean,$(MAKECMDGOALS))
ifneq ($(NEEDS_PROGRAMS),)
include .build/programs.mk
endif

.build/programs.mk: $(SOURCES) | .build/setup
	swift build -c release --quiet $(PROGRAMS:%=--product %)
	@mkdir -p $(BIN)
	@for program in $(PROGRAMS); do \
	  cmp -s .build/release/$$program $(BIN)/$$program || cp -f .build/release/$$program $(BIN)/$$program; \
	done
	@echo "# The programs in $(BIN) are those of the sources as they were when this file was written." > $@

build: .build/programs.mk
setup: .build/setup

.build/setup:
	@Pipelines/setup.sh
	@mkdir -p .build && touch $@
