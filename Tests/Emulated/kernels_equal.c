// Holds every kernel of an instruction set to the scalar reference, bit for bit, in guarded memory: for sets that the
// machine at hand lacks and an emulator has.
//
//     kernels_equal [SET | -SET]...
//
// A SET must be there and is checked; a -SET must not be there. Without arguments all that are there are checked. The
// first difference ends the program with one line and exit code 1; wrong usage exits with 64.
#include <stdio.h>
#include <string.h>

#include "harness.h"

// By octavo_isa.
static const char *const names[] = {"scalar", "avx2", "avxvnni", "avx512vnni", "neon", "neon_i8mm"};
enum { SETS = sizeof names / sizeof *names };

static int check(octavo_isa isa) {
  const pair p = {.scalar = octavo_kernels_for(OCTAVO_ISA_SCALAR), .tested = octavo_kernels_for(isa)};
  if (!p.tested) {
    printf("kernels_equal: %s: not on this machine\n", names[isa]);
    return 1;
  }
  if (strcmp(p.tested->name, names[isa]) != 0) {
    printf("kernels_equal: %s: its table is named %s\n", names[isa], p.tested->name);
    return 1;
  }
  begin();
  products_are_equal(p);
  conversions_are_equal(p);
  fake_quantization_is_equal(p);
  images_are_equal(p);
  vectors_are_equal(p);
  transformers_are_equal(p);
  printf("kernels_equal: %s: every kernel gives the scalar bits, digest %016llx\n", names[isa],
         (unsigned long long)digest());
  return 0;
}

static int check_absence(octavo_isa isa) {
  const int is_there = octavo_kernels_for(isa) != NULL;
  printf("kernels_equal: %s: %s\n", names[isa],
         is_there ? "offered on a machine that should lack it" : "rightly not offered on this machine");
  return is_there;
}

int main(int count, char **arguments) {
  for (int i = 1; i < count; i++) {
    const int absent = arguments[i][0] == '-';
    int isa = 0;
    while (isa < SETS && strcmp(arguments[i] + absent, names[isa]) != 0) isa++;
    if (isa == SETS) {
      printf("kernels_equal: %s: no such instruction set\n", arguments[i]);
      return 64;
    }
    if (absent ? check_absence((octavo_isa)isa) : check((octavo_isa)isa)) return 1;
  }
  for (int isa = 0; count == 1 && isa < SETS; isa++) {
    if (!octavo_kernels_for((octavo_isa)isa)) {
      printf("kernels_equal: %s: not on this machine, not checked\n", names[isa]);
    } else if (check((octavo_isa)isa)) {
      return 1;
    }
  }
  return 0;
}
