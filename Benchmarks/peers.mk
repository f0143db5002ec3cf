# PyTorch and ONNX Runtime on the same weights, in turn with ours. PEERS holds options of peers.py: '--rounds 3
# --epochs 0' for a short look.
PEERS ?=

ifeq ($(LANGUAGE_MODEL),)
bench-peers: .build/peers/ready $(BIN)/bench $(BIN)/qat
	.build/peers/bin/python -B Benchmarks/peers.py --bin $(BIN) --config $(CONFIG) --data $(DATA) \
	  --train $(FLOAT_MODEL) --fuse $(OUT)/fuse/model.safetensors \
	  --convert $(call int8_of,$(BENCHED)) --output $(BENCH) $(PEERS)
else
bench-peers: .build/language-peers/ready $(BIN)/bench-transformer
	.build/language-peers/bin/python -B Benchmarks/language_peers.py --bin $(BIN) --float $(target_of_import-model) \
	  --int8 $(BENCH_INPUT) --output $(BENCH) $(PEERS)
endif

# Python's environments, by the file that says what is in each.
environment_of_peers := requirements.txt
environment_of_language-peers := language.txt
environment_of_quantizers := quantizers.txt
$(foreach name,peers language-peers quantizers,$(eval .build/$(name)/ready: Benchmarks/$(environment_of_$(name))))
.build/peers/ready .build/language-peers/ready .build/quantizers/ready: .build/%/ready:
	@command -v python3 > /dev/null || { echo "$*: no 'python3' on the PATH; apt-get install python3-venv" >&2; exit 1; }
	python3 -m venv .build/$*
	.build/$*/bin/python -m pip install --quiet --requirement $<
	@touch $@

# Octavo's schemes beside the quantizers of ONNX Runtime and NNCF, on the float ONNX file that Octavo exports.
compare-quantizers: $(target_of_compare-quantizers) .build/quantizers/ready
