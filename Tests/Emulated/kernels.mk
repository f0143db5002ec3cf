# The C kernels without Swift: this machine's, and AArch64's under an emulator. The reference must give the same digest
# on both.
KERNELS := .build/kernels
KERNEL_SOURCES := $(wildcard Sources/CKernels/*.c Tests/Emulated/*.c)
KERNEL_HEADERS := $(wildcard Sources/CKernels/*.h Sources/CKernels/include/*.h Tests/Emulated/*.h)
KERNEL_OBJECTS := $(patsubst %.c,%.o,$(notdir $(KERNEL_SOURCES)))
KERNEL_FLAGS := -O2 -Wall -Werror -D_GNU_SOURCE -ISources/CKernels/include
AARCH64 := --target=aarch64-linux-gnu
vpath %.c Sources/CKernels Tests/Emulated

$(KERNELS)/native/%.o: %.c $(KERNEL_HEADERS) | .build/setup-clang
	@mkdir -p $(@D)
	@clang $(KERNEL_FLAGS) -c $< -o $@

$(KERNELS)/aarch64/%.o: %.c $(KERNEL_HEADERS) | .build/setup-aarch64
	@mkdir -p $(@D)
	@clang $(AARCH64) $(KERNEL_FLAGS) -c $< -o $@

$(KERNELS)/native/kernels_equal: $(KERNEL_OBJECTS:%=$(KERNELS)/native/%)
	@clang $^ -lm -o $@

$(KERNELS)/aarch64/kernels_equal: $(KERNEL_OBJECTS:%=$(KERNELS)/aarch64/%)
	@clang $(AARCH64) -static -fuse-ld=lld $^ -lm -o $@

test-kernels: $(KERNELS)/native/kernels_equal
	$<
	Tests/Emulated/instructions.sh $$(uname -m) $(KERNELS)/native

# All sets; a processor with the dot product and without i8mm; one without either, which must be offered nothing.
test-aarch64: $(KERNELS)/aarch64/kernels_equal $(KERNELS)/native/kernels_equal
	qemu-aarch64 -cpu max $< scalar neon neon_i8mm
	qemu-aarch64 -cpu neoverse-n1 $< neon -neon_i8mm
	qemu-aarch64 -cpu cortex-a57 $< scalar -neon -neon_i8mm
	diff <(qemu-aarch64 -cpu max $< scalar) <($(KERNELS)/native/kernels_equal scalar)
	Tests/Emulated/instructions.sh aarch64 $(KERNELS)/aarch64

EMULATION_PACKAGES := gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user
EMULATION_FOUND := command -v aarch64-linux-gnu-gcc && command -v qemu-aarch64 && ls /usr/aarch64-linux-gnu/lib/libc.a

.build/setup-clang:
	@command -v clang > /dev/null || { echo "set-up: no 'clang' on the PATH; Swift 6 from swift.org has one" >&2; exit 1; }
	@mkdir -p .build && touch $@

.build/setup-aarch64: .build/setup-clang
	@$(call install,$(EMULATION_PACKAGES),$(EMULATION_FOUND))
	@touch $@
