# Files that others publish: fetched once, held to a digest, and in place only then. They stay when `clean` is called.

DOWNLOADS := Artifacts/data/models

# Fails unless the file $(1) has the SHA-256 $(2); it is removed then.
verified = @found=$$(sha256sum < $(1) | head -c 64); test "$$found" = $(2) || { rm -f $(1); \
  echo "$(1): expected sha256 $(2), found $$found: not the file that it should be, and removed" >&2; exit 1; }

# A file $(1) from an address $(2), with a SHA-256 $(3); the variable $(4) names a place that has it already.
define download
$(DOWNLOADS)/$(strip $(1)):
	@mkdir -p $$(@D) && curl -fsSL --retry 2 -o $$@.part $(strip $(2)) || { \
	  echo "$$@: $(strip $(2)) cannot be had; name what has it already: $(strip $(4))" >&2; exit 1; }
	$$(call verified,$$@.part,$(strip $(3)))
	@mv $$@.part $$@
endef

# The head of TinyStories' training set, the text of both language models.
TINYSTORIES := tinystories_train_head_197k.txt
$(eval $(call download,$(TINYSTORIES),https://raw.githubusercontent.com/Niklas6/Mini_GPT/0e989377/tinystories.txt,\
  727e8b228375be3075114c20729c93ed6e81ae5d8fe7faf7cb54b304f0322d70,TEXT=file))
