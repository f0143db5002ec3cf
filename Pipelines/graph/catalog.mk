# What a person asks of the catalog of everything that was run.

history:
	@command -v sqlite3 > /dev/null || { echo "history: no 'sqlite3' on the PATH; apt-get install sqlite3" >&2; exit 1; }
	@test -e $(CATALOG) || { echo "history: $(CATALOG): no such file; run a stage first" >&2; exit 1; }
	@sqlite3 -readonly -box $(CATALOG) 'SELECT * FROM history LIMIT 40'

show: $(BIN)/inspect
	@$(BIN)/inspect show \
	  $(call quoted,$(or $(RUN),$(error make show RUN=...: expected a run's number; make history lists them))) \
	  --catalog $(CATALOG)

comma := ,
diff: $(BIN)/inspect
	@$(BIN)/inspect diff --catalog $(CATALOG) $(foreach run,$(or $(subst $(comma), ,$(RUNS)),$(error \
	  make diff RUNS=...: expected two runs' numbers, as in RUNS=6$(comma)10)),$(call quoted,$(run)))

verify: $(BIN)/inspect
	@$(BIN)/inspect verify --catalog $(CATALOG)

export-catalog: $(BIN)/inspect
	@$(BIN)/inspect export --catalog $(CATALOG) \
	  --to $(call quoted,$(or $(value TO),$(error make export-catalog TO=...: expected a folder)))

prune: $(BIN)/inspect
	@$(BIN)/inspect prune --catalog $(CATALOG) \
	  --keep $(call quoted,$(or $(KEEP),$(error \
	    make prune KEEP=...: expected how many runs of each stage to keep, as in KEEP=3)))

# The page is written by the schema itself; a test says when it is out of date.
catalog-reference: $(BIN)/inspect
	@$(BIN)/inspect schema > docs/catalog-reference.md.new && mv docs/catalog-reference.md.new docs/catalog-reference.md
