/*
 * Linux free page reporting (v17), searched breadth first by hand, one thread.
 *
 * Written from the text of spec/protocols/linux-free-page-reporting alone, as were the models of the same
 * name in Promela and Murphi, by somebody who had no part in the checker: what all count is not what one
 * of them gets wrong. Changed since: of a block that is split only the lowest part is handed out, as the
 * protocol has it now; the constants of the bench; the line printed in the end. Licence: that of the
 * repository (MIT).
 *
 *   gcc -O2 [-DBLOCKS=3] [-DUSERS=1] [-DCAPACITY=1] [-DFAILURES=0] [-DSLOTS=24] -DCHECK FILE && ./a.out
 *
 * CAPACITY is 1 or 2, FAILURES is allocationFailures and deviceErrors; divisor=4 reportingOrder=1, all else
 * is off. With CAPACITY=2 or FAILURES=1 there is room for two blocks.
 * -DCHECK: 13 invariants in each new state, 6 step properties in each step, 8 witnesses.
 * A state is three 64-bit words; the table holds states (w0 == 0: empty slot), the queue slot numbers.
 * What the constants make unreachable is left out: isolateList, pageblock, report, discards. zoneLock is
 * "guest" exactly if notifier != NONE (it is set and cleared with it in the same steps), so it is not
 * stored. A free list holds at most 4 blocks here, of 4 bits each; a fifth stops the program.
 */
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

typedef uint64_t u64;
typedef uint32_t u32;
typedef uint16_t u16;
typedef uint8_t u8;

#ifndef BLOCKS
#define BLOCKS 3
#endif
#ifndef USERS
#define USERS 1
#endif
#ifndef CAPACITY
#define CAPACITY 1
#endif
#ifndef FAILURES
#define FAILURES 0
#endif
#ifndef SLOTS
#define SLOTS 24
#endif
#if BLOCKS > 3 || (BLOCKS > 2 && (CAPACITY > 1 || FAILURES)) || CAPACITY > 2
#error "so many blocks do not fit into three words"
#endif
#define SEVERAL (CAPACITY > 1 || FAILURES)
enum { FRAMES = 4 * BLOCKS, NBLOCK = 7 * BLOCKS, BASE1 = 4 * BLOCKS, BASE2 = 6 * BLOCKS, DIVISOR = 4, NOLIST = 3 };
enum { NONE, READS, EXCHANGES, ARMS };                     /* notifier */
enum { RIDLE, REQUESTED, ACTIVE };                         /* request */
enum { WIDLE, STARTS, ALLOCATES, CHECKS, LOOKS, WALKS, SUBMITS, WAITS, DRAINS, ENDS, REARMS };
enum { QEMPTY, AVAILABLE, POPPED, USED };
static const char *const names[] = {
	"guestAllocates", "guestWrites", "guestFrees", "notifierReadsState", "notifierExchangesState", "notifierArmsTimer",
	"timerFires", "workerStarts", "workerAllocates", "workerChecksZone", "workerLooksAtList", "workerWalksList",
	"workerSubmits", "workerWakes", "workerDrains", "workerEnds", "workerRearms", "devicePops", "deviceDiscards",
	"devicePushes" };
enum { A_ALLOC, A_WRITE, A_FREE, A_NREADS, A_NXCHG, A_NARMS, A_FIRES, A_STARTS, A_KMALLOC, A_ZONE, A_LOOKS, A_WALKS,
	A_SUBMITS, A_WAKES, A_DRAINS, A_ENDS, A_REARMS, A_POPS, A_DISCARDS, A_PUSHES, ACTIONS };

/* Blocks: order 0 are 0..FRAMES-1, then order 1, then order 2. In list[] they are numbered from 1 within an order. */
static const u8 base[] = { 0, BASE1, BASE2 };
static inline int order(int b) { return b >= BASE2 ? 2 : b >= BASE1; }
static inline int parent(int b) { return b < BASE1 ? BASE1 + (b >> 1) : BASE2 + ((b - BASE1) >> 1); } /* b < BASE2 */
static inline int buddy(int b) { return b < BASE1 ? b ^ 1 : BASE1 + ((b - BASE1) ^ 1); }               /* b < BASE2 */
static inline int first(int b) { return b < BASE1 ? b : b < BASE2 ? 2 * (b - BASE1) : 4 * (b - BASE2); }
static inline u32 frames(int b) { return b < BASE1 ? 1u << b : b < BASE2 ? 3u << 2 * (b - BASE1) : 15u << 4 * (b - BASE2); }

typedef struct {
	u32 free, used, other;      /* owner, a bit for each block: free; used: handed out; used+other: written; other: isolated */
	u32 mark, owed;             /* a bit for each block of order 1 and 2, from bit 0 */
	u16 empty, data, ack;       /* a bit for each frame; neither empty nor data: stale */
	u16 list[3];                /* four bits each, the head lowest */
	u8 nr[3], notifier, request, timer, worker, at, sg, sg2, queue, message, message2, gave_up, failed; /* sg, message: 0 or block + 1, in their order */
	signed char budget;
} S;
typedef struct { u64 w[3]; } P;
#define BIT(b) (1u << (b))
#define MARKBIT(b) ((b) < BASE1 ? 0u : 1u << ((b) - BASE1))

/* Order 2: three entries of two bits each. */
static inline u32 squeeze(u32 l) { return (l & 3) | (l >> 2 & 12) | (l >> 4 & 48); }
static inline u32 widen(u32 l) { return (l & 3) | (l & 12) << 2 | (l & 48) << 4; }

static inline P pack(const S *s)
{
	P p;
	p.w[0] = s->free | (u64)s->used << NBLOCK | (u64)s->other << 2 * NBLOCK | (u64)s->gave_up << 63;
#if SEVERAL
	p.w[0] |= (u64)s->sg2 << 3 * NBLOCK | (u64)s->message2 << (3 * NBLOCK + 5) | (u64)s->failed << (3 * NBLOCK + 10);
#endif
	p.w[1] = s->empty | (u64)s->data << 12 | (u64)s->ack << 24 | (u64)s->nr[0] << 36 | (u64)s->nr[1] << 40 |
		(u64)s->nr[2] << 43 | (u64)s->notifier << 45 | (u64)s->request << 47 | (u64)s->timer << 49 |
		(u64)s->worker << 50 | (u64)s->at << 54 | (u64)(s->budget + 1) << 56 | (u64)s->queue << 60;
	p.w[2] = s->mark | (u64)s->owed << 9 | (u64)s->sg << 18 | (u64)s->message << 23 | (u64)s->list[0] << 28 |
		(u64)s->list[1] << 44 | (u64)squeeze(s->list[2]) << 56;
	return p;
}

static inline S unpack(P p)
{
	S s;
	memset(&s, 0, sizeof s);
	u32 all = (1u << NBLOCK) - 1;
	s.free = p.w[0] & all; s.used = p.w[0] >> NBLOCK & all; s.other = p.w[0] >> 2 * NBLOCK & all; s.gave_up = p.w[0] >> 63;
#if SEVERAL
	s.sg2 = p.w[0] >> 3 * NBLOCK & 31; s.message2 = p.w[0] >> (3 * NBLOCK + 5) & 31; s.failed = p.w[0] >> (3 * NBLOCK + 10) & 1;
#endif
	s.empty = p.w[1] & 0xfff; s.data = p.w[1] >> 12 & 0xfff; s.ack = p.w[1] >> 24 & 0xfff;
	s.nr[0] = p.w[1] >> 36 & 15; s.nr[1] = p.w[1] >> 40 & 7; s.nr[2] = p.w[1] >> 43 & 3;
	s.notifier = p.w[1] >> 45 & 3; s.request = p.w[1] >> 47 & 3; s.timer = p.w[1] >> 49 & 1; s.worker = p.w[1] >> 50 & 15;
	s.at = p.w[1] >> 54 & 3; s.budget = (int)(p.w[1] >> 56 & 15) - 1; s.queue = p.w[1] >> 60 & 3;
	s.mark = p.w[2] & 0x1ff; s.owed = p.w[2] >> 9 & 0x1ff; s.sg = p.w[2] >> 18 & 31; s.message = p.w[2] >> 23 & 31;
	s.list[0] = p.w[2] >> 28 & 0xffff; s.list[1] = p.w[2] >> 44 & 0xfff; s.list[2] = widen(p.w[2] >> 56 & 0xff);
	return s;
}

static u64 depth; /* levels so far; the first state has depth 1 */

static void die(const char *why) { fprintf(stderr, "linux-free-page-reporting: %s\n", why); exit(1); }

/* ---- The buddy allocator ---- */

static inline int place_of(u16 l, int entry)
{
	int at = 0;
	while ((l >> at & 15) != entry) { at += 4; if (at == 16) return -1; }
	return at;
}
static inline int length(u16 l) { return l ? (35 - __builtin_clz(l)) >> 2 : 0; } /* 32-bit clz: bits used, rounded up to nibbles */
static inline void take_off_list(S *s, int b)
{
	int o = order(b), at = place_of(s->list[o], b - base[o] + 1);
	if (at >= 0) { u32 l = s->list[o], low = l & ((1u << at) - 1); s->list[o] = low | (l >> (at + 4) << at); }
	s->nr[o]--;
	s->mark &= ~MARKBIT(b);
	s->free &= ~BIT(b); s->used &= ~BIT(b); s->other &= ~BIT(b);
}
static inline void put_on_list(S *s, int b, int tail)
{
	int o = order(b), entry = b - base[o] + 1, n = length(s->list[o]);
	if (n >= (o == 0 ? 4 : 3)) die("a free list is longer than it can be here");
	s->list[o] = tail ? s->list[o] | entry << 4 * n : s->list[o] << 4 | entry;
	s->nr[o]++;
	s->used &= ~BIT(b); s->other &= ~BIT(b); s->free |= BIT(b);
}
static inline int free_one_page(S *s, int b, int tail)
{
	while (b < BASE2 && s->free & BIT(buddy(b))) {
		int bud = buddy(b), up = parent(b);
		take_off_list(s, bud);
		s->used &= ~BIT(b); s->other &= ~BIT(b); s->free &= ~BIT(b);
		if ((s->owed & (MARKBIT(bud) | MARKBIT(b)))) s->owed |= MARKBIT(up);
		s->owed &= ~(MARKBIT(bud) | MARKBIT(b));
		b = up;
	}
	if (!tail) /* buddy_merge_likely */
		tail = b < BASE1 && s->free & BIT(buddy(parent(b)));
	put_on_list(s, b, tail);
	return b;
}
static inline int free_frames(const S *s) { return length(s->list[0]) + 2 * length(s->list[1]) + 4 * length(s->list[2]); }

/* ---- The worker ---- */

static inline int budget_for(int n) { return (n + CAPACITY * DIVISOR - 1) / (CAPACITY * DIVISOR); }
static inline void go_to_next_list(S *s)
{
	s->budget = 0;
	if (s->at < 2) { s->at++; s->worker = LOOKS; }
	else { s->at = NOLIST; s->worker = s->sg ? SUBMITS : ENDS; }
}
static inline void give_up_pass(S *s) { s->gave_up = 1; s->at = NOLIST; s->budget = 0; s->worker = ENDS; }
static inline void rotate_to_front(S *s, int at) /* at: place of the new head, in bits */
{
	u32 l = s->list[s->at], n = 4 * length(l), low = l & ((1u << at) - 1);
	s->list[s->at] = l >> at | low << (n - at);
}
static inline void walk(S *s)
{
	int o = s->at, at = 0; /* `at` counts what is passed over: what is taken leaves the list */
	for (int entry; (entry = s->list[o] >> at & 15) != 0 && at < 16; ) {
		int b = base[o] + entry - 1;
		if (s->mark & MARKBIT(b)) { at += 4; continue; }
		if (s->budget < 0) { s->request = REQUESTED; rotate_to_front(s, at); go_to_next_list(s); return; }
		if (CAPACITY == 1 ? s->sg : s->sg2) { rotate_to_front(s, at); s->worker = SUBMITS; return; }
		if (free_frames(s) <= 1 << o) { s->gave_up = 1; rotate_to_front(s, at); go_to_next_list(s); return; }
		take_off_list(s, b);
		s->other |= BIT(b); /* isolated */
		s->sg2 = s->sg; /* it is filled from its end */
		s->sg = b + 1;
	}
	go_to_next_list(s);
}

/* ---- Safety ---- */

#ifdef CHECK
static u32 around[FRAMES];               /* the blocks that contain a frame */
static u64 witness[8];
static int is_at_rest(const S *s) { return s->worker == WIDLE && s->request == RIDLE && !s->timer && s->queue == QEMPTY; }

static struct { const char *name; u64 steps; } violated[32]; /* the first, which is a shortest, of each property */
static void violates(const char *name)
{
	int i = 0;
	for (; violated[i].name; i++) if (!strcmp(violated[i].name, name)) return;
	violated[i].name = name;
	violated[i].steps = depth;
}
#define HOLDS(x, name) do { if (__builtin_expect(!(x), 0)) violates(name); } while (0)
static u32 frames_of(u32 blocks) { u32 f = 0; while (blocks) { f |= frames(__builtin_ctz(blocks)); blocks &= blocks - 1; } return f; }

static void check_state(const S *s)
{
	u32 written = s->used & s->other, isolated = s->other & ~s->used, marked = s->mark << BASE1;
	u32 held = s->free | s->used | s->other;
	HOLDS(!(frames_of(written) & ~s->data), "writtenFrameKeepsItsData");
	HOLDS(!(marked & ~(s->free & ~s->used & ~s->other)), "markedBlockIsFree");
	HOLDS(!s->message || isolated & BIT(s->message - 1), "toldBlockIsIsolated");
	HOLDS(!s->message2 || isolated & BIT(s->message2 - 1), "toldBlockIsIsolated");
	HOLDS(!s->sg2 || !(frames(s->sg - 1) & frames(s->sg2 - 1)), "frameIsToldOnce");
	for (int f = 0; f < FRAMES; f++) HOLDS(__builtin_popcount(held & around[f]) == 1, "frameHasOneOwner");
	u32 listed = 0;
	for (int o = 0; o < 3; o++) {
		int n = 0;
		for (u32 l = s->list[o]; l; l >>= 4, n++) {
			int entry = l & 15;
			HOLDS(entry && entry <= (FRAMES >> o), "freeBlockIsInOneList");
			HOLDS(!(listed & BIT(base[o] + entry - 1)), "freeBlockIsInOneList");
			listed |= BIT(base[o] + entry - 1);
		}
		HOLDS(s->nr[o] == n, "counterCountsTheLists");
	}
	HOLDS(listed == s->free, "freeBlockIsInOneList");
	for (u32 m = s->free & (BIT(BASE2) - 1); m; m &= m - 1)
		HOLDS(!(s->free & BIT(buddy(__builtin_ctz(m)))), "freeBuddiesAreMerged");
	/* workerSleepsWithoutTheLock: the zone lock is never the worker's here.
	   isolatedPageblockIsNotAllocatable: every pageblock is movable. */
	HOLDS(s->notifier != NONE || (s->request == RIDLE) == (!s->timer && s->worker == WIDLE), "idleMeansNoPass");
	HOLDS(!(frames_of(marked) & ~s->ack), "markedFrameIsAcknowledged");
	if (s->request == RIDLE && s->notifier == NONE && !s->gave_up)
		HOLDS(!(s->free & s->owed << BASE1), "idleReporterOwesNothing");

	witness[0] += s->worker == WAITS && s->request == REQUESTED;
	witness[1] += s->request == RIDLE && s->free == marked;
	witness[2] += (s->sg && s->sg - 1 < BASE2 && s->free & BIT(buddy(s->sg - 1))) || (s->sg2 && s->sg2 - 1 < BASE2 && s->free & BIT(buddy(s->sg2 - 1)));
	if (s->at < 3) {
		int at = 0;
		while (s->list[s->at] >> at & 15 && marked & BIT(base[s->at] + (s->list[s->at] >> at & 15) - 1)) at += 4;
		int unmarked = (s->list[s->at] >> at & 15) != 0;
		witness[3] += s->worker == DRAINS && s->budget == 0 && unmarked;
		witness[4] += s->worker == WALKS && (CAPACITY == 1 ? s->sg : s->sg2) && unmarked && at > 0;
	}
	witness[5] += (frames_of(s->used & ~s->other) & s->empty) != 0;
	witness[6] += marked >> BASE2 != 0;
	witness[7] += s->gave_up;
}

/* The state of the page contract of each frame: free, isolated, reported, stable, as masks. */
static void pages(const S *s, u32 page[4])
{
	u32 marked = s->mark << BASE1;
	page[3] = frames_of(s->used);
	page[2] = frames_of(s->free & marked);
	page[0] = frames_of(s->free & ~marked);
	page[1] = ((1u << FRAMES) - 1) & ~(page[0] | page[2] | page[3]);
}
static void check_step(const S *before, const S *after, int action, const u32 was[4])
{
	int device = action >= A_POPS;
	u32 discarded = after->empty & ~before->empty;
	if (device) {
		u32 processed = before->queue == POPPED && before->message && (!after->message || before->message2) && (before->message != after->message || before->message2 != after->message2) ? frames(before->message - 1) : 0;
		HOLDS(!((discarded | processed) & frames_of(before->used)), "discardedFrameIsNotInUse");
		HOLDS(!((after->data ^ before->data) & ~after->empty) && !(before->empty & ~after->empty), "reportChangesResidencyOnly");
	}
	/* handedOutFrameHasItsPattern: there is no poisoning. */
	if (is_at_rest(before) && before->notifier == NONE) HOLDS(is_at_rest(after), "restingReporterStaysAtRest");
	u32 is[4];
	pages(after, is);
	/* free: isolated, stable; isolated: free, reported; reported: free, stable; stable: free */
	HOLDS(!(was[0] & is[2]) && !(was[1] & is[3]) && !(was[2] & is[1]) && !(was[3] & (is[1] | is[2])), "pageStepIsLegal");
	HOLDS(!(discarded & ~was[1]), "discardIsPermitted");
}
#endif

/* ---- The search ---- */

static P *table;
static u32 *queue;
static u64 distinct, transitions, taken[ACTIONS];
static const u64 mask = (1ull << SLOTS) - 1;

static inline u64 hash(P p)
{
	u64 h = p.w[0] * 0x9e3779b97f4a7c15ull;
	h = (h ^ h >> 29 ^ p.w[1]) * 0xbf58476d1ce4e5b9ull;
	h = (h ^ h >> 32 ^ p.w[2]) * 0x94d049bb133111ebull;
	return h >> (64 - SLOTS);
}
enum { BATCH = 32 };
static struct { P p; u64 at; } pending[BATCH + 64];
static int waiting;

static inline void insert(P p, u64 at)
{
	for (;; at = (at + 1) & mask) {
		P *slot = &table[at];
		if (!slot->w[0]) break;
		if (slot->w[0] == p.w[0] && slot->w[1] == p.w[1] && slot->w[2] == p.w[2]) return;
	}
	table[at] = p;
	queue[distinct++] = at;
	if (distinct > (mask >> 3) * 7) die("the table is full: -DSLOTS=");
#ifdef CHECK
	S s = unpack(p);
	check_state(&s);
#endif
}
static void flush(void)
{
	for (int i = 0; i < waiting; i++) insert(pending[i].p, pending[i].at);
	waiting = 0;
}
static inline void push(P p)
{
	u64 at = hash(p);
	__builtin_prefetch(&table[at]);
	pending[waiting].p = p;
	pending[waiting++].at = at;
}

static void expand(const S *now)
{
	S s;
	int before = transitions;
#ifdef CHECK
	u32 was[4];
	pages(now, was);
#define JUDGE(a) check_step(now, &s, a, was);
#else
#define JUDGE(a)
#endif
#define STEP(a, effect) { s = *now; effect; JUDGE(a) taken[a]++; transitions++; push(pack(&s)); }

	if (now->notifier == NONE) { /* the zone lock is open */
		if (__builtin_popcount(now->used) < USERS)
			for (int wanted = 0; wanted < NBLOCK; wanted++) {
				int o = order(wanted), up = wanted;
				while (o < 3 && !now->list[o]) { o++; if (up < BASE2) up = parent(up); }
				if (o == 3 || base[o] + (now->list[o] & 15) - 1 != up) continue;
				if (first(wanted) != first(up)) continue; /* the lowest part of what is split */
				STEP(A_ALLOC, ({
					take_off_list(&s, up);
					s.owed &= ~MARKBIT(up);
					for (int part = wanted; part != up; part = parent(part)) put_on_list(&s, buddy(part), 0);
					s.free &= ~BIT(wanted); s.other &= ~BIT(wanted); s.used |= BIT(wanted);
					s.ack &= ~frames(wanted);
				}))
			}
		for (u32 m = now->used; m; m &= m - 1) {
			int b = __builtin_ctz(m);
			STEP(A_FREE, ({
				s.data &= ~frames(b);
				int merged = free_one_page(&s, b, 0);
				if (merged >= BASE1) { s.owed |= MARKBIT(merged); s.notifier = READS; }
			}))
		}
		if (now->worker == WALKS) STEP(A_WALKS, ({ s.budget = budget_for(s.nr[s.at]); walk(&s); }))
		if (now->worker == DRAINS) STEP(A_DRAINS, ({
			for (int told[2] = { s.sg, s.sg2 }, i = 0; i < 2 && told[i]; i++) {
				int b = told[i] - 1;
				if (!s.failed) s.owed &= ~MARKBIT(b);
				free_one_page(&s, b, 1);
				if (!s.failed && s.free & BIT(b)) s.mark |= MARKBIT(b);
			}
			s.sg = s.sg2 = 0;
			if (s.failed) { s.failed = 0; give_up_pass(&s); }
			else if (s.at == NOLIST) s.worker = ENDS;
			else { s.budget--; walk(&s); }
		}))
	}
	for (u32 m = now->used & ~now->other; m; m &= m - 1) {
		int b = __builtin_ctz(m);
		STEP(A_WRITE, ({ s.other |= BIT(b); s.data |= frames(b); s.empty &= ~frames(b); }))
	}
	if (now->notifier == READS) STEP(A_NREADS, s.notifier = s.request == REQUESTED ? NONE : EXCHANGES)
	if (now->notifier == EXCHANGES) STEP(A_NXCHG, ({ s.notifier = s.request == RIDLE ? ARMS : NONE; s.request = REQUESTED; }))
	if (now->notifier == ARMS) STEP(A_NARMS, ({ s.timer = 1; s.notifier = NONE; }))
	switch (now->worker) {
	case WIDLE: if (now->timer) STEP(A_FIRES, ({ s.timer = 0; s.worker = STARTS; })) break;
	case STARTS: STEP(A_STARTS, ({ s.request = ACTIVE; s.gave_up = 0; s.worker = ALLOCATES; })) break;
	case ALLOCATES: STEP(A_KMALLOC, s.worker = CHECKS) if (FAILURES) STEP(A_KMALLOC, give_up_pass(&s)) break;
	case CHECKS:
		STEP(A_ZONE, ({
			if (free_frames(&s) <= 2 * CAPACITY) give_up_pass(&s);
			else { s.worker = LOOKS; s.at = 1; }
		}))
		break;
	case LOOKS: STEP(A_LOOKS, ({ if (s.at != NOLIST && s.list[s.at]) s.worker = WALKS; else go_to_next_list(&s); })) break;
	case SUBMITS:
		STEP(A_SUBMITS, ({ s.queue = AVAILABLE; s.message = s.sg; s.message2 = s.sg2; s.worker = WAITS; }))
		if (FAILURES) STEP(A_SUBMITS, ({ s.failed = 1; s.worker = DRAINS; }))
		break;
	case WAITS: if (now->queue == USED) STEP(A_WAKES, ({ s.queue = QEMPTY; s.worker = DRAINS; })) break;
	case ENDS:
		STEP(A_ENDS, ({
			if (s.request == REQUESTED) s.worker = REARMS;
			else { s.request = RIDLE; s.worker = WIDLE; }
		}))
		break;
	case REARMS: STEP(A_REARMS, ({ s.timer = 1; s.worker = WIDLE; })) break;
	}
	if (now->queue == AVAILABLE) STEP(A_POPS, s.queue = POPPED)
	if (now->queue == POPPED && now->message) STEP(A_DISCARDS, ({ u32 f = frames(s.message - 1); s.empty |= f; s.data &= ~f; s.message = s.message2; s.message2 = 0; }))
	if (now->queue == POPPED && !now->message) STEP(A_PUSHES, ({ s.queue = USED; if (s.sg) s.ack |= frames(s.sg - 1); if (s.sg2) s.ack |= frames(s.sg2 - 1); }))
	if ((int)transitions == before) die("deadlock");
}

int main(void)
{
	size_t bytes = sizeof(P) << SLOTS;
	table = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	queue = mmap(0, sizeof(u32) << SLOTS, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (table == MAP_FAILED || queue == MAP_FAILED) die("no memory");
	madvise(table, bytes, MADV_HUGEPAGE);
#ifdef CHECK
	for (int f = 0; f < FRAMES; f++) { around[f] = 0; for (int b = 0; b < NBLOCK; b++) if (frames(b) >> f & 1) around[f] |= BIT(b); }
#endif
	S s;
	memset(&s, 0, sizeof s);
	for (int b = BASE2; b < NBLOCK; b++) s.used |= BIT(b);
	s.request = REQUESTED; s.timer = 1; s.at = NOLIST;
	push(pack(&s));
	flush();
	u64 done = 0;
	while (done < distinct) {
		depth++;
		for (u64 end = distinct; done < end; done++) {
			if (done + 16 < distinct) __builtin_prefetch(&table[queue[done + 16]]);
			s = unpack(table[queue[done]]);
			expand(&s);
			if (waiting >= BATCH) flush();
		}
		flush();
	}
#ifdef CHECK
	for (int i = 0; violated[i].name; i++) printf("violated: %s, after %llu steps\n", violated[i].name, (unsigned long long)violated[i].steps);
	if (violated[0].name) return 12;
#endif
	printf("holds: %llu states, %llu transitions, depth %llu\n", (unsigned long long)distinct, (unsigned long long)transitions, (unsigned long long)depth);
	for (int a = 0; a < ACTIONS; a++) printf("  %-24s %llu\n", names[a], (unsigned long long)taken[a]);
#ifdef CHECK
	for (int i = 0; i < 8; i++) printf("  witness %d: %llu states\n", i, (unsigned long long)witness[i]);
#endif
	return 0;
}
