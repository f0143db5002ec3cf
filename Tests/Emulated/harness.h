// What the checks of equality share: guarded memory, adversarial values, and a comparison that ends the program.
#ifndef OCTAVO_HARNESS_H
#define OCTAVO_HARNESS_H

#include "CKernels.h"

/// The reference, and the set that is held to it.
typedef struct {
  const octavo_kernels *scalar, *tested;
} pair;

/// Starts anew: every set meets the same values.
void begin(void);

/// A digest of all that was expected since, where a NaN is any NaN: equal on every processor, or the reference is not.
uint64_t digest(void);

/// Says what is being run, for the line that a failure prints, and gives back all memory taken before.
void describe(const char *operation, const char *format, ...) __attribute__((format(printf, 2, 3)));

/// Memory that ends where a page begins that may not be touched, after a band of known bytes.
void *take(size_t bytes);

/// Memory of the same bytes as another.
void *copy(const void *original, size_t bytes);

/// Ends the program with one line and exit code 1 unless all elements are equal and no byte before them has changed.
/// In same_floats and same_doubles a NaN equals any NaN; same_bytes wants the very bits.
void same_bytes(const void *expected, const void *found, size_t bytes);
void same_floats(const float *expected, const float *found, size_t count);
void same_doubles(const double *expected, const double *found, size_t count);

/// An equally distributed integer below a bound, the same in every run.
size_t below(size_t bound);
float uniform(float low, float high);

/// What to fill floats with. DIFFICULT: infinities, quiet and signalling NaN of both signs, -0, subnormals, the largest
/// numbers and small integers full of ties, at random. TIES: halves of small integers and their neighbours.
typedef enum { UNIFORM, DIFFICULT, TIES, FILLS } fill;
float *floats(size_t count, fill kind);
int32_t *offsets(size_t count, size_t step);

/// Every kernel of a table, by what it works on.
void products_are_equal(pair p);
void conversions_are_equal(pair p);
void fake_quantization_is_equal(pair p);
void images_are_equal(pair p);
void vectors_are_equal(pair p);
void transformers_are_equal(pair p);

#endif
