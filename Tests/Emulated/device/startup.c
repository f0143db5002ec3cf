/* Where a Cortex-M starts: the vector table, what comes before main, and faults that end the emulator with an exit code.
 *
 * The C library's own start asks the emulator where memory lies and is told wrong on some boards; hence this one. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

extern uint32_t stack_top;
extern char __bss_start__[], __bss_end__[];
extern void initialise_monitor_handles(void);
extern int main(int argc, char **argv);
volatile uint32_t counter_wraps;

/* What the C library would call around main; there is nothing to do. */
void _init(void) {}
void _fini(void) {}

enum { SYS_GET_CMDLINE = 0x15, SYS_EXIT_EXTENDED = 0x20 };

static uint32_t semihosting(uint32_t number, const void *block) {
  register uint32_t operation __asm__("r0") = number;
  register const void *argument __asm__("r1") = block;
  __asm__ volatile("bkpt 0xab" : "+r"(operation) : "r"(argument) : "memory");
  return operation;
}

/* The words of the command line, which end at blanks. */
static int words(char *line, char **argv, int room) {
  int count = 0;
  for (char *word = strtok(line, " "); word != NULL && count < room; word = strtok(NULL, " ")) argv[count++] = word;
  return count;
}

/* Not a part of `start`: see there. */
__attribute__((noinline)) static void run(void) {
  static char line[512];
  static char *argv[8];
  memset(__bss_start__, 0, (size_t)(__bss_end__ - __bss_start__));
  initialise_monitor_handles();
  const uint32_t room[2] = {(uint32_t)(uintptr_t)line, sizeof line};
  const int argc = semihosting(SYS_GET_CMDLINE, room) == 0 ? words(line, argv, 8) : 0;
  exit(main(argc, argv));
}

/* A compiler may use MVE anywhere, and each of its instructions is a fault until access to coprocessors 10 and 11 is given
 * (CPACR of Armv8-M). What comes after is a function of its own, so that none of it is done before. */
static void start(void) {
#ifdef __ARM_FEATURE_MVE
  *(volatile uint32_t *)0xE000ED88u |= 0xFu << 20;
  __asm__ volatile("dsb\n isb" : : : "memory");
#endif
  run();
}

/* Exit code 70, as of an application that stopped. */
static void fault(void) {
  static const uint32_t reason[2] = {0x20026u, 70u};
  semihosting(SYS_EXIT_EXTENDED, reason);
  for (;;) {
  }
}

static void tick(void) { counter_wraps += 1; }

typedef void (*handler)(void);
__attribute__((section(".vectors"), used)) static const struct {
  uint32_t *stack;
  handler handlers[15];
} vectors = {&stack_top,
             {start, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, fault, tick}};
