// What a Cortex-M does before main, and where it ends when something goes wrong.
//
// The C library is newlib with semihosting (--specs=rdimon.specs -nostartfiles): files are the host's. Its own start is not
// used, for it asks the emulator for a stack, and gets one that not every machine's heap can live with.
#include <stdint.h>
#include <stdlib.h>

enum { MOST_WORDS = 8, MOST_LETTERS = 1024 };

extern uint32_t stack_top, data_load, data_begin, data_end, bss_begin, bss_end;
void initialise_monitor_handles(void);
int main(int count, char **words);

// Asks the emulator or debugger for something.
static int32_t semihosting(uint32_t operation, const void *argument) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return (int32_t)r0;
}

// SYS_EXIT with ADP_Stopped_RunTimeErrorUnknown: under QEMU the exit code is 1. A crash is no hang.
static void fault(void) {
  semihosting(0x18, (const void *)0x20023);
  for (;;) {
  }
}

// SYS_GET_CMDLINE, cut at spaces. Returns how many words there are.
static int command_line(char **words) {
  static char line[MOST_LETTERS];
  struct {
    char *buffer;
    int32_t length;
  } request = {line, sizeof line};
  if (semihosting(0x15, &request) != 0) return 0;
  int count = 0;
  for (char *letter = line; *letter && count < MOST_WORDS; count++) {
    words[count] = letter;
    while (*letter && *letter != ' ') letter++;
    while (*letter == ' ') *letter++ = 0;
  }
  return count;
}

static void reset(void) {
  const uint32_t *from = &data_load;
  for (uint32_t *to = &data_begin; to != &data_end;) *to++ = *from++;
  for (uint32_t *to = &bss_begin; to != &bss_end;) *to++ = 0;
  initialise_monitor_handles();
  static char *words[MOST_WORDS + 1];
  const int count = command_line(words);
  exit(main(count, words));
}

// exit calls it where newlib's own start is left out.
void _fini(void) {}

// The stack's top, and handlers of reset, NMI and each fault; no interrupt is ever enabled.
__attribute__((section(".vectors"), used)) static const struct {
  uint32_t *stack;
  void (*handlers[15])(void);
} vectors = {&stack_top, {reset, fault, fault, fault, fault, fault, fault, 0, 0, 0, fault, fault, 0, fault, fault}};
