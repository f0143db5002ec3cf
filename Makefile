# Octavo: from a dataset to an int8 model and its report.
#
# A target is a file; phony names stand only at the edge, and no file depends on one. `make help` says what to type.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

# make takes a list apart at blanks, and reads several signs as its own: a file of the folder $(1) that ends in $(2) and
# has one of them in its name.
file_with_sign = $(shell LC_ALL=C find $(1) -maxdepth 1 -name '*$(2)' ! -name '.*' \
  \( -name $$'*[!A-Za-z0-9._+@\x80-\xff-]*' -o -name '-*' \) -print -quit 2> /dev/null || true)
require_no_sign = $(if $(1),$(error $(1): expected a name of letters, digits, '.', '_', '+', '@' and, not first, '-'; \
  rename the file))

PIPELINE ?= mnist-cnn
$(call require_no_sign,$(call file_with_sign,Pipelines,.mk))
PIPELINES := $(patsubst Pipelines/%.mk,%,$(wildcard Pipelines/*.mk))
$(if $(and $(filter 1,$(words $(PIPELINE))),$(filter $(PIPELINES),$(PIPELINE))),,$(error \
  PIPELINE=$(PIPELINE): expected one of $(PIPELINES)))
include Pipelines/graph/download.mk
LANGUAGE_MODEL :=
RANDOM_SHAPE :=
include Pipelines/$(PIPELINE).mk
PROMPT ?=
MNIST_DIR ?=
DATASET ?= automatic
FLOAT ?=
ONNX ?=
QUANTIZED ?=
DATASET_DIR ?=
DATASET_NAME ?= $(notdir $(DATASET_DIR:%/=%))
DATASET_PREFIX ?=
VALIDATION ?=
VALIDATION_SEED ?=
STAGE ?=
JUNIT ?=
RUN ?=
RUNS ?=
A ?=
B ?=
TO ?=
KEEP ?=

.DELETE_ON_ERROR:
.SUFFIXES:
MAKEFLAGS += --no-builtin-rules
.DEFAULT_GOAL := help

# What ONNX is in `make import-quantized ONNX=quantized.onnx`: that file, and no float one.
ifeq ($(value QUANTIZED)$(firstword $(filter import-quantized,$(MAKECMDGOALS) $(STAGE))),import-quantized)
override QUANTIZED := $(value ONNX)
override ONNX :=
endif

PROGRAMS := fetch-mnist import-dataset train import-model fuse calibrate qat convert \
  import-quantized evaluate sensitivity export emulate report check baseline bench inspect describe predict diff-layers \
  random-transformer import-transformer calibrate-transformer convert-transformer evaluate-transformer \
  export-transformer bench-transformer generate
STAGES := fetch-mnist import-dataset train import-model fuse calibrate qat convert import-quantized evaluate \
  sensitivity export emulate report
BIN := .build/bin
CONFIG := Pipelines/$(PIPELINE)
OUT := Artifacts/$(PIPELINE)
CATALOG := Artifacts/catalog.sqlite
DATA := Artifacts/data/manifest.json
REPORT := $(OUT)/report/report.html
COMPARISON := $(OUT)/compare/report.html
FLOAT_MODEL := $(OUT)/$(if $(value FLOAT)$(value ONNX),import-model,train)/model.safetensors
BENCHED := $(firstword $(SCHEMES))
BENCHER := bench
BENCH = $(OUT)/$(BENCHED)/$(BENCHER)
BENCH_INPUT = $(OUT)/fuse/model.safetensors $(call int8_of,$(BENCHED)) $(DATA)
LABEL = --catalog $(CATALOG) --pipeline $(PIPELINE)

include Pipelines/graph/known.mk

# Not empty where recipes are run: no -n, -q or -t.
SHORT_OPTIONS := $(filter-out --%,$(firstword -$(MAKEFLAGS)))
IS_DONE := $(if $(strip $(foreach option,n q t,$(findstring $(option),$(SHORT_OPTIONS)))),,yes)

# A person's word as one word of a command, whatever signs are in it; `value` keeps make from reading a $ in it.
quoted = '$(subst ','\'',$(1))'

export OCTAVO_THREADS OCTAVO_ISA
export OCTAVO_COMMIT := $(shell git rev-parse --short=12 HEAD 2>/dev/null)

# ---------------------------------------------------------------------------------------------- what a person types

# Words that make no artifact; those of the first line read the catalog, or write to it.
READING := check baseline bench bench-peers describe diff-layers history show diff verify export-catalog prune \
  catalog-reference generate
WORKING := format lint test test-kernels test-aarch64 test-onnx protos compare-quantizers
.PHONY: help all $(STAGES) compare rerun $(READING) $(WORKING) setup setup-browser setup-emulators build clean distclean

# Grouped, at most 80 columns, a line for each goal: a test holds this against the words in .PHONY.
help:
	@echo "Octavo: float32 networks to int8, reproducibly."
	@echo
	@echo "Start here:"
	@echo "  make all            train a network, make it int8, compare both, report"
	@echo "  make check          hold the figures to $(CONFIG)/limits.yaml"
	@echo "  make show RUN=1     everything that is recorded of a run; RUN=2, and so on"
	@echo "MNIST is fetched; with MNIST_DIR=folder it is taken from there. Without either"
	@echo "the built-in synthetic digits take its place, and every table says so."
	@echo
	@echo "The pipeline, up to a stage; only what changed is made again:"
	@echo "  make fetch-mnist    install the dataset, verified"
	@echo "  make import-dataset install your own: DATASET_DIR=folder"
	@echo "  make train          train in float32"
	@echo "  make import-model FLOAT=my.safetensors"
	@echo "                      bring a model that was trained elsewhere instead;"
	@echo "                      ONNX=my.onnx: one that says its network itself"
	@echo "  make describe FLOAT=my.safetensors"
	@echo "                      print a network.yaml for it, as far as tensors tell,"
	@echo "                      or for ONNX=my.onnx"
	@echo "  make fuse           fold batch normalization and ReLU into layers"
	@echo "  make calibrate      choose scales from what flows; static schemes"
	@echo "  make qat            choose them by training on; qat schemes"
	@echo "  make convert        rewrite into integers, with a proof"
	@echo "  make import-quantized ONNX=quantized.onnx"
	@echo "                      bring an int8 model that was quantized elsewhere;"
	@echo "                      evaluate, export SCHEMES=import-quantized take it"
	@echo "  make evaluate       compare both networks on the test set"
	@echo "  make sensitivity    what each layer costs when it alone is int8"
	@echo "  make export         write it for other programs, with the same integers"
	@echo "  make emulate        compile and run the exported C on other machines"
	@echo "  make report         write the report and print its short table"
	@echo "  make compare        every scheme of the pipeline in one report"
	@echo "  make compare-quantizers"
	@echo "                      schemes beside ONNX Runtime's and NNCF's quantizers"
	@echo "  make rerun STAGE=calibrate"
	@echo "                      run that stage again, whatever its age"
	@echo
	@echo "The gate:"
	@echo "  make check          exit 2 when a limit is broken; JUNIT=file: for CI"
	@echo "  make baseline       keep the newest figures, for check to hold others to:"
	@echo "                      $(CONFIG)/baseline.yaml"
	@echo
	@echo "The catalog of everything that was run:"
	@echo "  make history        what was run, newest first"
	@echo "  make show RUN=7     everything the catalog knows of a run"
	@echo "  make diff RUNS=6,10 what differs between two runs of a stage"
	@echo "  make verify         hold files on disk against their recorded digests"
	@echo "  make export-catalog TO=folder"
	@echo "                      every table as CSV and JSON"
	@echo "  make prune KEEP=5   forget old runs: of each stage all but the newest 5,"
	@echo "                      and those that these descend from"
	@echo
	@echo "Models:"
	@echo "  make diff-layers A=file B=file"
	@echo "                      where two models of one network first differ, how much"
	@echo "  .build/bin/predict --model file image.png"
	@echo "                      the class of a picture, and every layer's integers"
	@echo
	@echo "Language models, PIPELINE=llama2-stories260k or smollm2-135m; all, import-model,"
	@echo "calibrate, convert, evaluate, export, report, compare, check mean the same:"
	@echo "  make generate PROMPT='Once upon a time'"
	@echo "                      go on with a text, by the int8 model"
	@echo "  make convert PIPELINE=llama2-15m-random"
	@echo "                      random weights, to measure with; 110m, 1b, 7b likewise"
	@echo
	@echo "Speed:"
	@echo "  make bench          verify, then time kernels, networks, and growth"
	@echo "  make bench-peers    the same work in PyTorch and ONNX Runtime, by turns; of a"
	@echo "                      language model, in llama.cpp and CTranslate2"
	@echo
	@echo "Working on Octavo:"
	@echo "  make build          compile the programs"
	@echo "  make test           every test"
	@echo "  make test-kernels   the C kernels alone, on this machine"
	@echo "  make test-aarch64   the C kernels for AArch64, under an emulator"
	@echo "  make test-onnx      exported ONNX in ONNX Runtime: every integer the engine's"
	@echo "  make catalog-reference"
	@echo "                      write docs/catalog-reference.md anew"
	@echo "  make protos         write the Swift of the .proto files in Sources/ anew"
	@echo "  make lint           check the code's layout"
	@echo "  make format         mend the code's layout"
	@echo "  make setup          install the system's packages, or say which"
	@echo "  make setup-browser  install a browser, for the tests of the report"
	@echo "  make setup-emulators"
	@echo "                      install compilers and emulators of other machines"
	@echo "  make clean          remove what was built and made, but downloads, catalog"
	@echo "  make distclean      remove those too"
	@echo "  make help           this text"
	@echo
	@echo "Settings:"
	@echo "  PIPELINE=$(PIPELINE)"
	@echo "                      a pipeline of Pipelines/"
	@echo "  SCHEMES='$(SCHEMES)'"
	@echo "                      which of its schemes to take"
	@echo "  FLOAT=file          a float model to take instead of training one"
	@echo "  ONNX=file           likewise, with its network: no network.yaml is read"
	@echo "  QUANTIZED=file      the file of import-quantized, where ONNX is a float one"
	@echo "  MNIST_DIR=folder    MNIST's four files, .gz or not"
	@echo "  DATASET_DIR=folder  a dataset of your own: IDX, PNG in class folders, NumPy"
	@echo "  DATASET_NAME=name   what to call it; as the folder is called unless given"
	@echo "  DATASET_PREFIX=text which of several IDX datasets in that folder"
	@echo "  VALIDATION=n        training images to hold out; VALIDATION_SEED=s draws them"
	@echo "  DATASET=mnist       never fall back to synthetic digits"
	@echo "  DATASET=synthetic-digits"
	@echo "                      ask for them"
	@echo "  LLAMA_DIR=folder SMOLLM_GGUF=file TEXT=file"
	@echo "                      where language models and their text are taken from"
	@echo "  FORMATS='onnx onnx-integer onnx-qdq c json csv'"
	@echo "                      what export writes; also vectors, the test images with"
	@echo "                      their integers, and c-tflite-double, c-tflite-single;"
	@echo "                      of language models gguf llama2c"
	@echo "  MACHINES='host cortex-m4' IMAGES=500"
	@echo "                      where emulate runs, on how many test images"
	@echo "  OCTAVO_THREADS=n    how many threads compute; all cores unless set"
	@echo "  OCTAVO_ISA=set      scalar avx2 avxvnni avx512vnni neon neon_i8mm;"
	@echo "                      the best unless set"
	@echo "  NO_COLOR=1          no colour on a terminal"

# The files that each word makes.
target_of_fetch-mnist := $(DATA)
target_of_import-dataset := $(DATA)
target_of_train := $(OUT)/train/model.safetensors
target_of_import-model := $(OUT)/import-model/model.safetensors
target_of_fuse := $(OUT)/fuse/model.safetensors
target_of_calibrate := $(foreach scheme,$(filter $(CALIBRATED_SCHEMES),$(SCHEMES)),$(OUT)/$(scheme)/calibrate/model.safetensors)
target_of_qat := $(foreach scheme,$(filter $(QAT_SCHEMES),$(SCHEMES)),$(OUT)/$(scheme)/qat/model.safetensors)
target_of_convert := $(foreach scheme,$(SCHEMES),$(call int8_of,$(scheme)))
target_of_import-quantized := $(call int8_of,$(IMPORTED))
target_of_evaluate := $(SCHEMES:%=$(OUT)/%/evaluate/metrics.json)
target_of_sensitivity := $(SCHEMES:%=$(OUT)/%/sensitivity/sensitivity.json)
include Pipelines/graph/export.mk
target_of_report := $(REPORT)
target_of_all := $(REPORT)
target_of_compare := $(COMPARISON)
target_of_bench := $(BENCH_INPUT)
target_of_bench-peers := $(BENCH_INPUT) $(FLOAT_MODEL)
target_of_diff-layers := $(DATA)
ifneq ($(LANGUAGE_MODEL),)
include Pipelines/graph/transformer.mk
endif
$(foreach word,$(STAGES) all compare bench bench-peers diff-layers,$(eval $(word): $(target_of_$(word))))

# The stage's outputs are phony in this one call: they are made whatever their age, and with them only what is missing
# or out of date before them.
ifneq ($(filter rerun,$(MAKECMDGOALS)),)
$(if $(and $(filter 1,$(words $(STAGE))),$(filter $(STAGES),$(STAGE))),,$(error \
  make rerun STAGE=...: expected one of $(STAGES), found '$(STAGE)'))
target_of_rerun := $(target_of_$(STAGE))
rerun: $(target_of_rerun)
.PHONY: $(target_of_rerun)
endif

# Several words in one call mean the same in any order and under any -j. First the artifacts: all that the call makes.
# Then the words that make none, one after another as they were typed: `all check` and `check all` hold to the limits
# what was made, `baseline check` and `check baseline` are two things.
MADE := $(sort $(filter Artifacts/%,$(MAKECMDGOALS)) $(foreach word,$(MAKECMDGOALS),$(target_of_$(word))))
in_turn = $(if $(1),$(eval $(firstword $(1)): | $(MADE) $(2))$(call \
  in_turn,$(filter-out $(firstword $(1)),$(1)),$(firstword $(1))))
$(call in_turn,$(filter $(READING) $(WORKING),$(MAKECMDGOALS)))

# A report tells every evaluation in the catalog, what sensitivity measured, and what calibration of a language model saw:
# it is written after those of the call, and anew when one of the latter two is asked for that is newer than it.
TOLD := %/sensitivity.json %/calibrate-transformer/model.safetensors
$(REPORT) $(COMPARISON): $(filter $(TOLD),$(MADE)) | $(filter-out $(REPORT) $(COMPARISON),$(MADE))

# What `clean` removes, another word of the same call would need.
ifneq ($(filter clean distclean,$(MAKECMDGOALS)),)
$(if $(filter-out clean distclean,$(MAKECMDGOALS)),$(error make $(firstword $(filter clean distclean,$(MAKECMDGOALS))): \
  expected no other word beside it, found '$(filter-out clean distclean,$(MAKECMDGOALS))'; call make for each))
endif

# ------------------------------------------------------------------------------------------------------ the graph
# A stage depends on its program, its configuration and what it reads. It writes its output whole or not at all.

include Pipelines/graph/data.mk

# A language model has its own, above.
ifeq ($(LANGUAGE_MODEL),)
$(OUT)/train/model.safetensors: $(BIN)/train $(CONFIG)/network.yaml $(CONFIG)/train.yaml $(DATA)
	$(BIN)/train --config $(CONFIG)/network.yaml $(CONFIG)/train.yaml --input $(DATA) --output $@ $(LABEL)

include Pipelines/graph/float.mk
$(OUT)/fuse/model.safetensors: $(BIN)/fuse $(FLOAT_MODEL) $(DATA)
	$(BIN)/fuse --input $(FLOAT_MODEL) $(DATA) --output $@ $(LABEL)

include Pipelines/graph/schemes.mk
include Pipelines/graph/quantized.mk
EVALUATE := evaluate
REPORTED := $(FLOAT_MODEL) $(DATA)
endif

# The program, its limits, what was evaluated and on what, and each scheme's evaluation.
$(REPORT): $(BIN)/report $(CONFIG)/limits.yaml $(REPORTED) $(SCHEMES:%=$(OUT)/%/$(EVALUATE)/metrics.json)
	$(BIN)/report --config $(CONFIG)/limits.yaml --input $(filter-out %/report %.yaml $(TOLD),$^) --output $@ $(LABEL)

COMPARED := $(SCHEMES_THERE:%=$(OUT)/%/$(EVALUATE)/metrics.json)
$(REPORT): | $(if $(filter $(COMPARISON),$(MADE)),$(COMPARED))
$(COMPARISON): $(BIN)/report $(CONFIG)/limits.yaml $(REPORTED) $(COMPARED)
	$(BIN)/report --config $(CONFIG)/limits.yaml --input $(filter-out %/report %.yaml $(TOLD),$^) --output $@ $(LABEL)

# ------------------------------------------------------------------------------------------------- set-up and build
# Programs are built before the graph is read: make remakes the file included here, then starts over and sees the
# programs' true ages. A program is put into $(BIN), without its symbols, only when its bytes changed, so that an edit
# re-runs the stages that it changes and no other.

SOURCES := Package.swift $(shell find Sources -type f)
NEEDS_PROGRAMS := $(filter-out \
  help test test-kernels test-aarch64 protos history lint format setup setup-browser clean distclean,$(MAKECMDGOALS))
ifneq ($(NEEDS_PROGRAMS),)
include .build/programs.mk
endif

.build/programs.mk: $(SOURCES) | .build/setup
	swift build -c release --quiet
	@mkdir -p $(BIN)
	@for program in $(PROGRAMS); do \
	  strip -o $(BIN)/.$$program .build/release/$$program || exit 1; \
	  if cmp -s $(BIN)/.$$program $(BIN)/$$program; then rm $(BIN)/.$$program; \
	  else mv -f $(BIN)/.$$program $(BIN)/$$program; fi; \
	done
	@echo "# The programs in $(BIN) are those of the sources as they were when this file was written." > $@

build: .build/programs.mk

PACKAGES := libsqlite3-dev zlib1g-dev binutils
HEADERS := /usr/include/sqlite3.h /usr/include/zlib.h

# Installs the packages $(1), if it may, unless the commands $(2) find what is wanted of them.
define install
install="apt-get install -y $(1)"; \
if { $(2); } > /dev/null 2>&1; then :; \
elif [ "$$(id -u)" = 0 ]; then echo "set-up: $$install" >&2; { apt-get update && $$install; } > /dev/null; \
elif sudo -n true 2> /dev/null; then \
  echo "set-up: sudo $$install" >&2; { sudo apt-get update && sudo $$install; } > /dev/null; \
else echo "set-up: $(1) are missing; install them with: sudo $$install" >&2; exit 1; fi
endef

setup: .build/setup

.build/setup:
	@command -v swift > /dev/null || { echo "set-up: no 'swift' on the PATH; install Swift 6 from swift.org" >&2; exit 1; }
	@$(call install,$(PACKAGES),ls $(HEADERS) && command -v strip)
	@mkdir -p .build && touch $@

# ------------------------------------------------------------------------------------------------------- one by one

# Whether there is a baseline is asked when the line runs: `make baseline check` may just have made it. GitHub's
# runner says in GITHUB_STEP_SUMMARY where it reads a step's summary from.
BASELINE := $(CONFIG)/baseline.yaml

# Whatever keeps the check from being done: an older JUnit report must not pass for this call's.
ifneq ($(and $(filter check,$(MAKECMDGOALS)),$(JUNIT),$(IS_DONE)),)
$(shell rm -f -- $(call quoted,$(value JUNIT)))
endif

check: $(BIN)/check
	@$(BIN)/check --config $(CONFIG)/limits.yaml --catalog $(CATALOG) --pipeline $(PIPELINE) --scheme $(SCHEMES) \
	  $$(test ! -e $(BASELINE) || echo --baseline $(BASELINE)) $(if $(JUNIT),--junit $(call quoted,$(value JUNIT))) \
	  $(if $(GITHUB_STEP_SUMMARY),--summary $(call quoted,$(GITHUB_STEP_SUMMARY)))

baseline: $(BIN)/baseline
	@$(BIN)/baseline --catalog $(CATALOG) --pipeline $(PIPELINE) --scheme $(SCHEMES) --output $(BASELINE)

# Times are never up to date: they are taken whenever they are asked for, on what the graph has made.
bench: $(BIN)/$(BENCHER)
	$(BIN)/$(BENCHER) --input $(BENCH_INPUT) --output $(BENCH)/bench.json $(LABEL) --scheme $(BENCHED)

diff-layers: $(BIN)/diff-layers
	@$(BIN)/diff-layers --input $(DATA) -- \
	  $(call quoted,$(or $(value A),$(error make diff-layers A=... B=...: expected two models, found no A))) \
	  $(call quoted,$(or $(value B),$(error make diff-layers A=... B=...: expected two models, found no B)))

include Pipelines/graph/catalog.mk

# The report is opened in a browser. Where none is and none may be installed, its tests are skipped, and say so.
.build/setup-browser:
	@$(call install,chromium,command -v chromium || command -v google-chrome)
	@mkdir -p .build && touch $@

setup-browser: .build/setup-browser

# Built apart: `swift test` by itself builds with other flags than `swift build`, and everything twice.
test: setup
	@$(MAKE) --no-print-directory setup-browser || echo "test: without a browser, the report's page is not tested" >&2
	@$(MAKE) --no-print-directory setup-emulators || echo "test: without emulators, exported C runs on this machine alone" >&2
	@$(MAKE) --no-print-directory .build/onnx/ready || echo "test: without ONNX Runtime, exported files are not run in it" >&2
	swift build -c release --build-tests
	swift test -c release --skip-build

include Tests/Emulated/kernels.mk Benchmarks/peers.mk Sources/protos.mk

lint:
	swift format lint --strict --recursive --parallel Package.swift Sources Tests

format:
	swift format --in-place --recursive --parallel Package.swift Sources Tests

clean:
	rm -rf .build
	test ! -d Artifacts || find Artifacts -mindepth 1 -maxdepth 1 \
	  ! -name README.md ! -name data ! -name 'catalog.sqlite*' -exec rm -rf {} +

distclean: clean
	rm -rf Artifacts/data $(CATALOG) $(CATALOG)-journal
