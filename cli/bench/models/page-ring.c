/*
 * Page ring, searched breadth first by hand: the limit for a state of one 64-bit word.
 *
 * Four bits a page (location, reported, not resident), then worker, budget, isolated and
 * unreportedFree. All states stand in one array in the order in which they were found, which is also
 * the queue; a table with open addresses holds the same words. The successors of a state are put
 * together first, so that their places in the table are on their way when they are looked up.
 *
 * gcc -O2 -DN=5 page-ring.c && ./a.out
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#ifndef N
#define N 5
#endif
#if N > 13
#error "a state of more than 13 pages does not fit into 64 bits"
#endif

typedef uint64_t State;

enum { USED, FREE, ISOLATED };
enum { IDLE, REQUESTED, ACTIVE, SENT, RETURNING };

#define LOCATION(p) (4 * (p))
#define REPORTED(p) (4 * (p) + 2)
#define GONE(p) (4 * (p) + 3)
#define WORKER (4 * N)
#define BUDGET (WORKER + 3)
#define COUNT (BUDGET + 2)
#define UNREPORTED (COUNT + 2)

#define ONE(shift) ((State)1 << (shift))
#define GET(state, shift, bits) (((state) >> (shift)) & (ONE(bits) - 1))
#define SET(state, shift, bits, value) \
  (((state) & ~((ONE(bits) - 1) << (shift))) | ((State)(value) << (shift)))

static State *found, *table;
static size_t count, room, slots;
static unsigned tableBits;

/* The initial state is 0, so a place in the table that is free is 0 and a state is kept inverted. */
static inline size_t placeOf(State state) {
  return (size_t)((state * 0x9e3779b97f4a7c15ull) >> (64 - tableBits));
}

static void *pages(size_t bytes) {
  void *memory =
      mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) {
    perror("page-ring");
    exit(1);
  }
#ifdef MADV_HUGEPAGE
  if (bytes >= (size_t)1 << 22) madvise(memory, bytes, MADV_HUGEPAGE);
#endif
  return memory;
}

static void makeTable(unsigned bits) {
  if (table) munmap(table, slots * sizeof(State));
  tableBits = bits;
  slots = (size_t)1 << bits;
  table = pages(slots * sizeof(State));
  for (size_t i = 0; i < count; i++) {
    size_t place = placeOf(found[i]);
    while (table[place]) place = (place + 1) & (slots - 1);
    table[place] = ~found[i];
  }
}

static inline void insert(State state) {
  size_t place = placeOf(state);
  for (State there; (there = table[place]) != 0; place = (place + 1) & (slots - 1))
    if (there == ~state) return;
  table[place] = ~state;
  if (count == room) {
    found = mremap(found, room * sizeof(State), 2 * room * sizeof(State), MREMAP_MAYMOVE);
    if (found == MAP_FAILED) {
      perror("page-ring");
      exit(1);
    }
    room *= 2;
  }
  found[count++] = state;
  if (count * 8 > slots * 5) makeTable(tableBits + 1);
}

/* Writes the successors of a state and returns how many there are. */
static inline unsigned successors(State s, State next[]) {
  unsigned n = 0;
  unsigned worker = GET(s, WORKER, 3), budget = GET(s, BUDGET, 2), isolated = GET(s, COUNT, 2),
           unreported = GET(s, UNREPORTED, 4), resident = 0;
  for (unsigned p = 0; p < N; p++) {
    unsigned location = GET(s, LOCATION(p), 2), reported = GET(s, REPORTED(p), 1),
             gone = GET(s, GONE(p), 1);
    State without = s & ~((State)15 << LOCATION(p)); /* used, not reported, resident */
    switch (location) {
    case FREE:
      next[n++] = reported ? without : without - ONE(UNREPORTED); /* alloc */
      if (worker == ACTIVE && !reported && isolated < 2 && budget > 0) /* isolate */
        next[n++] = s + ONE(LOCATION(p)) + ONE(COUNT) - ONE(UNREPORTED) - ONE(BUDGET);
      break;
    case USED: { /* free */
      State freed = s + ONE(LOCATION(p)) + ONE(UNREPORTED);
      next[n++] = worker == IDLE ? freed + ONE(WORKER) : freed;
      break;
    }
    case ISOLATED:
      if (!gone) resident++;
      if (worker == SENT && !gone) next[n++] = s | ONE(GONE(p)); /* discard */
      if (worker == RETURNING) {                                 /* return */
        State back = (s - ONE(LOCATION(p)) - ONE(COUNT)) | ONE(REPORTED(p));
        next[n++] = isolated == 1 ? SET(back, WORKER, 3, ACTIVE) : back;
      }
      break;
    }
  }
  if (worker == REQUESTED) next[n++] = SET(SET(s, WORKER, 3, ACTIVE), BUDGET, 2, 3);
  if (worker == ACTIVE && isolated > 0) next[n++] = SET(s, WORKER, 3, SENT);
  if (worker == SENT && resident == 0) next[n++] = SET(s, WORKER, 3, RETURNING);
  if (worker == ACTIVE && isolated == 0 && (budget == 0 || unreported == 0))
    next[n++] = SET(SET(s, WORKER, 3, unreported > 0 ? REQUESTED : IDLE), BUDGET, 2, 0);
  return n;
}

/* A used page is resident. */
static inline int holds(State s) {
  for (unsigned p = 0; p < N; p++)
    if (GET(s, LOCATION(p), 2) == USED && GET(s, GONE(p), 1)) return 0;
  return 1;
}

int main(void) {
  room = (size_t)1 << 16;
  found = pages(room * sizeof(State));
  makeTable(15);
  insert(0);
  uint64_t transitions = 0;
  unsigned depth = 0;
  State next[2 * N + 4];
  for (size_t at = 0, level = 0; at < count; at++) {
    if (at == level) {
      depth++;
      level = count;
    }
    if (!holds(found[at])) {
      printf("violated\n");
      return 12;
    }
    unsigned n = successors(found[at], next);
    if (n == 0) {
      printf("deadlock\n");
      return 11;
    }
    for (unsigned i = 0; i < n; i++) __builtin_prefetch(&table[placeOf(next[i])]);
    for (unsigned i = 0; i < n; i++) insert(next[i]);
    transitions += n;
  }
  printf("holds: %zu states, %llu transitions, depth %u\n", count,
         (unsigned long long)transitions, depth);
  return 0;
}
