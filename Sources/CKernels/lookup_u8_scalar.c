// Bytes through a table, by its definition.
#include "variants.h"

void octavo_lookup_u8_scalar(const octavo_lookup_u8 *g) {
  for (size_t i = 0; i < g->m; i++) {
    const uint8_t *x = g->x + i * g->x_row;
    uint8_t *y = g->y + i * g->y_row;
    for (size_t j = 0; j < g->n; j++) y[j] = g->table[j * g->table_step + x[j]];
  }
}
