/* Instructions since some moment, where the machine tells. */
#ifndef COUNTER_H
#define COUNTER_H

#if defined(__ARM_ARCH_PROFILE) && __ARM_ARCH_PROFILE == 'M'
#include <stdint.h>

/* SysTick, a timer of 24 bits that counts down; `counter_wraps` counts its interrupts. */
#define SYSTICK_CONTROL (*(volatile uint32_t *)0xE000E010u)
#define SYSTICK_RELOAD (*(volatile uint32_t *)0xE000E014u)
#define SYSTICK_VALUE (*(volatile uint32_t *)0xE000E018u)
extern volatile uint32_t counter_wraps;

static double counter_scale = 1;

static double counter_read(void) {
  uint32_t wraps, value;
  do {
    wraps = counter_wraps;
    value = SYSTICK_VALUE;
  } while (wraps != counter_wraps);
  return ((double)wraps * 16777216.0 + (double)(0xFFFFFFu - value)) * counter_scale;
}

/* Boards drive the timer at clocks of their own: a loop of a known number of instructions says how many a tick is. */
static void counter_start(void) {
  SYSTICK_RELOAD = 0xFFFFFFu;
  SYSTICK_VALUE = 0;
  SYSTICK_CONTROL = 7u;
  /* It reads 0 until it is loaded. */
  while (SYSTICK_VALUE == 0) {
  }
  uint32_t left = 1u << 20;
  const double before = counter_read();
  __asm__ volatile("1: subs %0, %0, #1\n bne 1b" : "+r"(left) : : "cc");
  counter_scale = (double)(2u << 20) / (counter_read() - before);
}
#else
static double counter_read(void) { return 0; }
static void counter_start(void) {}
#endif
#endif
