/* Holds the sums of products of exported C to sums that are computed one by one in 64 bits: `model.c` beside it has both
 * functions. Ends with 1 where one differs. */
#include <stdio.h>

#include "model.c"

/* Each bug that would show: sizes around 4, 8 and 16 and their multiples, a lane that is lost or counted twice; extreme
 * fills, a product or a sum that saturates or has the wrong sign; bytes beside the operands, a load that takes too many;
 * offsets, one that wants aligned addresses. */
enum { LONGEST = 67, OFFSETS = 4, MANY = 140003 };
static uint8_t xs[MANY + OFFSETS + 16];
static int8_t ws[MANY + OFFSETS + 16];
static unsigned long cases, differing;

static uint32_t drawn(void) {
  static uint32_t state = 1;
  state = state * 1664525u + 1013904223u;
  return state >> 24;
}

/* Kinds of what is multiplied: the least, the greatest, both by turns, and drawn from all. */
enum { LEAST, GREATEST, BY_TURNS, BY_TURNS_OF_THREE, DRAWN, KINDS };
static uint32_t one_of(int kind, int i) {
  switch (kind) {
    case LEAST: return 0;
    case GREATEST: return 255;
    case BY_TURNS: return i % 2 == 0 ? 0 : 255;
    case BY_TURNS_OF_THREE: return i % 3 == 0 ? 255 : 0;
    default: return drawn();
  }
}

static void fill(int kind_of_x, int kind_of_w) {
  for (int i = 0; i < MANY + OFFSETS + 16; i++) {
    xs[i] = (uint8_t)one_of(kind_of_x, i);
    ws[i] = (int8_t)((int32_t)one_of(kind_of_w, i) - 128);
  }
}

static void expect(int32_t zero, int x, int w, int32_t count) {
  /* Read one by one: no compiler makes vectors of them. */
  const volatile uint8_t *each_x = xs + x;
  const volatile int8_t *each_w = ws + w;
  int64_t sum = 0;
  for (int32_t i = 0; i < count; i++) sum += (each_x[i] - zero) * each_w[i];
  if (sum < INT32_MIN || sum > INT32_MAX) return;
  const int32_t from = dot_from(xs + x, zero, ws + w, count), plain = zero == 0 ? dot(xs + x, ws + w, count) : from;
  cases += 1;
  if (from == sum && plain == sum) return;
  if (differing == 0)
    printf("zero %d, offsets %d and %d, count %d: expected %d, found %d and %d\n", (int)zero, x, w, (int)count, (int)sum,
           (int)from, (int)plain);
  differing += 1;
}

int main(void) {
  static const int32_t zeros[] = {0, 1, 127, 128, 201, 255};
  for (int kind = 0; kind < KINDS * KINDS; kind++) {
    fill(kind % KINDS, kind / KINDS);
    for (unsigned zero = 0; zero < sizeof zeros / sizeof zeros[0]; zero++) {
      for (int offset = 0; offset < OFFSETS; offset++)
        for (int32_t count = 0; count <= LONGEST; count++) expect(zeros[zero], offset, OFFSETS - 1 - offset, count);
      /* As long that what is passed on the way to a small sum may leave 32 bits. */
      expect(zeros[zero], 1, 0, MANY);
    }
  }
  printf("cases %lu\ndiffering %lu\n", cases, differing);
  return differing != 0;
}
