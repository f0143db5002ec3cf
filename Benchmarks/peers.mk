# PyTorch and ONNX Runtime on the same weights, in turn with ours. PEERS holds options of peers.py: '--rounds 3
# --epochs 0' for a short look.
PEERS ?=

bench-peers: .build/peers/ready $(BIN)/bench $(BIN)/qat
	.build/peers/bin/python -B Benchmarks/peers.py --bin $(BIN) --config $(CONFIG) --data $(DATA) \
	  --train $(FLOAT_MODEL) --fuse $(OUT)/fuse/model.safetensors \
	  --convert $(call int8_of,$(BENCHED)) --output $(BENCH) $(PEERS)

.build/peers/ready: Benchmarks/requirements.txt
	@command -v python3 > /dev/null || { echo "bench-peers: no 'python3' on the PATH; apt-get install python3-venv" >&2; exit 1; }
	python3 -m venv .build/peers
	.build/peers/bin/python -m pip install --quiet --requirement Benchmarks/requirements.txt
	@touch $@

# Octavo's schemes beside the quantizers of ONNX Runtime and NNCF, on the float ONNX file that Octavo exports.
compare-quantizers: $(target_of_compare-quantizers) .build/quantizers/ready
	PYTHONPATH=Tests/Exported .build/quantizers/bin/python -B Benchmarks/quantizers.py --data $(DATA) \
	  --float $(FLOAT_ONNX) --output $(OUT)/export/quantizers.json $(SCHEMES:%=$(OUT)/%)

.build/quantizers/ready: Benchmarks/quantizers.txt
	@command -v python3 > /dev/null || { \
	  echo "compare-quantizers: no 'python3' on the PATH; apt-get install python3-venv" >&2; exit 1; }
	python3 -m venv .build/quantizers
	.build/quantizers/bin/python -m pip install --quiet --requirement Benchmarks/quantizers.txt
	@touch $@
