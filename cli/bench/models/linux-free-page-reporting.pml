/*
 * Free page reporting as Linux merged it (v17): the protocol of spec/protocols/linux-free-page-reporting at
 * divisor=4 reportingOrder=1, all else off. One process takes all actions, each one d_step, so that states
 * and transitions are those of the protocol.
 *
 * Written from the text of the protocol alone, as were the models of the same name in Murphi and C, by
 * somebody who had no part in the checker: what all count is not what one of them gets wrong. Changed since:
 * of a block that is split only the lowest part is handed out, as the protocol has it now; several users, two
 * blocks in a report, and failures. Licence: that of the repository (MIT).
 *
 * spin -o2 -a: without -o2 spin takes ghost variables for dead where nothing reads them, and merges states.
 * Left out, because these constants never change it: isolateList, pageblock, discards.
 * CAPACITY is 1 or 2, FAILURES is allocationFailures and deviceErrors.
 * -DINVARIANTS: a second process that never moves looks at each state. -DSTEPS: asserts in each step.
 */
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
#define FRAMES (4 * BLOCKS)
#define BASE1 (4 * BLOCKS) /* blocks: those of order 0 first, then 1, then 2 */
#define BASE2 (6 * BLOCKS)
#define NBLOCK (7 * BLOCKS)
#define DIVISOR 4
#define REPORTING_ORDER 1
#define LIST 4 /* room in a free list; pan checks the index (do not compile with -DNOBOUNDCHECK) */
#define NONE 255 /* of a block or an order */

#define OPEN 0 /* zoneLock */
#define GUEST 1
#define WORKER 2
#define NOBLOCK 0 /* owner */
#define FREE 1
#define ISOLATED 2
#define HANDED_OUT 3
#define WRITTEN 4
#define READS 1 /* notifier; 0: none */
#define EXCHANGES 2
#define ARMS 3
#define IDLE 0 /* request, worker */
#define REQUESTED 1
#define ACTIVE 2
#define STARTS 1 /* worker */
#define ALLOCATES 2
#define CHECKS 3
#define LOOKS 4
#define WALKS 5
#define SUBMITS 6
#define WAITS 7
#define DRAINS 8
#define ENDS 9
#define REARMS 10
#define AVAILABLE 1 /* queue; 0: empty */
#define POPPED 2
#define USED 3
#define STALE 0 /* content */
#define DATA 1
#define EMPTY 2

typedef List { byte n; byte at[LIST] } /* head first; 0 beyond n */

byte zoneLock = OPEN;
#if BLOCKS == 1 /* booting: everything is in use, and a first pass is requested */
byte owner[NBLOCK] = { 0, 0, 0, 0, 0, 0, HANDED_OUT };
#elif BLOCKS == 2
byte owner[NBLOCK] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, HANDED_OUT, HANDED_OUT };
#else
byte owner[NBLOCK] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, HANDED_OUT, HANDED_OUT, HANDED_OUT };
#endif
List freeList[3];
byte nrFree[3];
int mark; /* a bit for each block */
byte notifier;
byte request = REQUESTED;
bit timer = 1;
byte worker = IDLE;
byte current = NONE;
short budget;
byte scatterlist = NONE; /* filled from its end, so the second is the older one */
#if CAPACITY > 1
byte scatterlist2 = NONE;
#endif
byte queue;
byte message = NONE;
#if CAPACITY > 1
byte message2 = NONE;
#endif
#if FAILURES
bit failed; /* report */
#endif
byte content[FRAMES];
int acknowledged; /* a bit for each frame; ghost, as are the next two */
int owed; /* a bit for each block */
bit gaveUp;

hidden byte i, f, b, source, head, frames, x;

#define ORDER(b) (((b) >= BASE1) + ((b) >= BASE2))
#define PARENT(b) ((b) / 2 + BASE1) /* of a block below the largest order, as the next */
#define BUDDY(b) ((b) ^ 1)
#define FIRST(b) ((b) < BASE1 -> (b) : ((b) < BASE2 -> ((b) - BASE1) * 2 : ((b) - BASE2) * 4))
#define MASK(b) (((1 << (1 << ORDER(b))) - 1) << FIRST(b)) /* its frames */
#define AROUND1(f) ((f) / 2 + BASE1)
#define AROUND2(f) ((f) / 4 + BASE2)
#define HAS(bits, b) ((bits >> (b)) & 1)
#define IS_USED(b) (owner[b] >= HANDED_OUT)
#define FREE_FRAMES (freeList[0].n + 2 * freeList[1].n + 4 * freeList[2].n)
#if CAPACITY > 1
#define IS_FULL (scatterlist2 != NONE)
#else
#define IS_FULL (scatterlist != NONE)
#endif
#if FAILURES
#define FAILED failed
#else
#define FAILED false
#endif
#define HAS_FREE_BUDDY(b) ((b) < BASE2 && owner[((b) < BASE2 -> BUDDY(b) : 0)] == FREE)

#define TREE0(A) A(0) A(1) A(2) A(3)  A(BASE1) A(BASE1 + 1) A(BASE2)
#define TREE1(A) A(4) A(5) A(6) A(7)  A(BASE1 + 2) A(BASE1 + 3) A(BASE2 + 1)
#define TREE2(A) A(8) A(9) A(10) A(11)  A(BASE1 + 4) A(BASE1 + 5) A(BASE2 + 2)
#define LEAVES0(A) A(0) A(1) A(2) A(3)
#define LEAVES1(A) A(4) A(5) A(6) A(7)
#define LEAVES2(A) A(8) A(9) A(10) A(11)
#if BLOCKS == 1
#define EACH_BLOCK(A) TREE0(A)
#define EACH_FRAME(A) LEAVES0(A)
#elif BLOCKS == 2
#define EACH_BLOCK(A) TREE0(A) TREE1(A)
#define EACH_FRAME(A) LEAVES0(A) LEAVES1(A)
#else
#define EACH_BLOCK(A) TREE0(A) TREE1(A) TREE2(A)
#define EACH_FRAME(A) LEAVES0(A) LEAVES1(A) LEAVES2(A)
#endif

/* ---- Step properties ---- */

#define AT_REST (request == IDLE && !timer && worker == IDLE && queue == 0)
#define P_FREE 0
#define P_ISOLATED 1
#define P_REPORTED 2
#define P_STABLE 3
#define PAGE_OF_BLOCK(b) (IS_USED(b) -> P_STABLE : (owner[b] != FREE -> P_ISOLATED : (HAS(mark, b) -> P_REPORTED : P_FREE)))
#define PAGE(f) (owner[f] -> PAGE_OF_BLOCK(f) : (owner[AROUND1(f)] -> PAGE_OF_BLOCK(AROUND1(f)) : PAGE_OF_BLOCK(AROUND2(f))))
#ifdef STEPS
hidden byte wasPage[FRAMES];
hidden byte wasContent[FRAMES];
hidden byte wasAtRest;
inline look() {
	f = 0;
	do
	:: f < FRAMES -> wasPage[f] = PAGE(f); wasContent[f] = content[f]; f++
	:: else -> break
	od;
	wasAtRest = AT_REST && notifier == 0
}
inline judge(byDevice) {
	f = 0;
	do
	:: f < FRAMES ->
		x = PAGE(f);
		/* pageStepIsLegal */
		assert(x == wasPage[f] || x == P_FREE || (wasPage[f] == P_FREE && x != P_REPORTED) ||
			(wasPage[f] == P_ISOLATED && x == P_REPORTED) || (wasPage[f] == P_REPORTED && x == P_STABLE));
		if
		:: content[f] == EMPTY && wasContent[f] != EMPTY ->
			assert(wasPage[f] == P_ISOLATED); /* discardIsPermitted */
			assert(!(byDevice) || wasPage[f] != P_STABLE) /* discardedFrameIsNotInUse */
		:: content[f] != EMPTY && wasContent[f] != content[f] ->
			assert(!(byDevice)) /* reportChangesResidencyOnly */
		:: else
		fi;
		f++
	:: else -> break
	od;
	assert(!wasAtRest || AT_REST) /* restingReporterStaysAtRest */
}
#else
inline look() { skip }
inline judge(byDevice) { skip }
#endif

/* ---- The buddy allocator, under the zone lock ---- */

inline takeOffList(which) {
	i = 0;
	do
	:: i < freeList[ORDER(which)].n && freeList[ORDER(which)].at[i] != which -> i++
	:: else -> break
	od;
	if
	:: i < freeList[ORDER(which)].n ->
		do
		:: i + 1 < freeList[ORDER(which)].n -> freeList[ORDER(which)].at[i] = freeList[ORDER(which)].at[i + 1]; i++
		:: else -> break
		od;
		freeList[ORDER(which)].at[i] = 0;
		freeList[ORDER(which)].n--
	:: else
	fi;
	nrFree[ORDER(which)]--;
	mark = mark & ~(1 << (which));
	owner[which] = NOBLOCK
}

inline putOnList(which, toTail) {
	i = freeList[ORDER(which)].n;
	if
	:: toTail
	:: else ->
		do
		:: i > 0 -> freeList[ORDER(which)].at[i] = freeList[ORDER(which)].at[i - 1]; i--
		:: else -> break
		od
	fi;
	freeList[ORDER(which)].at[i] = which;
	freeList[ORDER(which)].n++;
	nrFree[ORDER(which)]++;
	owner[which] = FREE
}

/* leaves in b the block that came of it */
inline freeOnePage(freed, toTail) {
	b = freed;
	do
	:: HAS_FREE_BUDDY(b) ->
		takeOffList(BUDDY(b));
		owner[b] = NOBLOCK;
		if
		:: HAS(owed, b) || HAS(owed, BUDDY(b)) -> owed = owed | (1 << PARENT(b))
		:: else
		fi;
		owed = owed & ~((1 << b) | (1 << BUDDY(b)));
		b = PARENT(b)
	:: else -> break
	od;
	/* or buddy_merge_likely */
	putOnList(b, toTail || (b < BASE1 && owner[BUDDY(PARENT(b))] == FREE))
}

inline setContent(which, value) {
	f = FIRST(which);
	do
	:: f < FIRST(which) + (1 << ORDER(which)) -> content[f] = value; f++
	:: else -> break
	od
}

/* ---- The worker's way along the lists ---- */

inline rotateToFront(l, newHead) {
	do
	:: freeList[l].at[0] != newHead ->
		head = freeList[l].at[0];
		i = 1;
		do
		:: i < freeList[l].n -> freeList[l].at[i - 1] = freeList[l].at[i]; i++
		:: else -> break
		od;
		freeList[l].at[i - 1] = head
	:: else -> break
	od
}

inline goToNextList() {
	budget = 0;
	if
	:: current < 2 -> current++; worker = LOOKS
	:: else -> current = NONE; worker = (scatterlist == NONE -> ENDS : SUBMITS)
	fi
}

inline giveUpPass() {
	gaveUp = 1; current = NONE; budget = 0; worker = ENDS
}

inline walk() {
	x = 0;
	do
	:: x < freeList[current].n ->
		b = freeList[current].at[x];
		if
		:: HAS(mark, b) -> x++
		:: else ->
			if
			:: budget < 0 -> request = REQUESTED; rotateToFront(current, b); goToNextList(); break
			:: else
			fi;
			if
			:: IS_FULL -> rotateToFront(current, b); worker = SUBMITS; break
			:: else
			fi;
			if
			:: FREE_FRAMES <= 1 << current -> gaveUp = 1; rotateToFront(current, b); goToNextList(); break
			:: else
			fi;
			takeOffList(b); /* and the next one is at x */
			owner[b] = ISOLATED;
#if CAPACITY > 1
			scatterlist2 = scatterlist;
#endif
			scatterlist = b
		fi
	:: else -> goToNextList(); break
	od
}

/* what is still whole is marked, unless the report failed */
inline putBack(which) {
	if
	:: FAILED
	:: else -> owed = owed & ~(1 << which)
	fi;
	freeOnePage(which, 1);
	if
	:: FAILED
	:: else -> mark = mark | ((owner[which] == FREE) << which)
	fi
}

/* ---- The actions of the guest's users ---- */

/* Is the head that __rmqueue_smallest would take the block, or one around it of which it is the lowest part? */
#define SERVED2(b) (freeList[2].n && freeList[2].at[0] == (b))
#define SERVED1(b) (freeList[1].n -> freeList[1].at[0] == (b) : !((b) & 1) && SERVED2(PARENT(b)))
#define SERVED0(b) (freeList[0].n -> freeList[0].at[0] == (b) : !((b) & 1) && SERVED1(PARENT(b)))
#define IS_SERVED(b) ((b) < BASE1 -> SERVED0(b) : ((b) < BASE2 -> SERVED1(b) : SERVED2(b)))
#define USED_IN(t) (IS_USED(4 * t) + IS_USED(4 * t + 1) + IS_USED(4 * t + 2) + IS_USED(4 * t + 3) + \
	IS_USED(BASE1 + 2 * t) + IS_USED(BASE1 + 2 * t + 1) + IS_USED(BASE2 + t))
#if BLOCKS == 1
#define MAY_ALLOCATE (USED_IN(0) < USERS)
#elif BLOCKS == 2
#define MAY_ALLOCATE (USED_IN(0) + USED_IN(1) < USERS)
#else
#define MAY_ALLOCATE (USED_IN(0) + USED_IN(1) + USED_IN(2) < USERS)
#endif

inline guestAllocates(wanted) {
	look();
	source = wanted;
	do
	:: freeList[ORDER(source)].n == 0 -> source = PARENT(source)
	:: else -> break
	od;
	takeOffList(source);
	owed = owed & ~(1 << source);
	b = wanted;
	do
	:: b != source -> putOnList(BUDDY(b), 0); b = PARENT(b)
	:: else -> break
	od;
	owner[wanted] = HANDED_OUT;
	acknowledged = acknowledged & ~MASK(wanted);
	judge(0)
}

inline guestWrites(which) {
	look();
	owner[which] = WRITTEN;
	setContent(which, DATA);
	judge(0)
}

inline guestFrees(which) {
	look();
	f = FIRST(which);
	do
	:: f < FIRST(which) + (1 << ORDER(which)) ->
		content[f] = (content[f] == DATA -> STALE : content[f]);
		f++
	:: else -> break
	od;
	freeOnePage(which, 0);
	if
	:: ORDER(b) >= REPORTING_ORDER -> owed = owed | (1 << b); notifier = READS; zoneLock = GUEST
	:: else
	fi;
	judge(0)
}

#define GUEST_ALLOCATES(b) :: d_step { zoneLock == OPEN && IS_SERVED(b) && MAY_ALLOCATE -> guestAllocates(b) }
#define GUEST_WRITES(b) :: d_step { owner[b] == HANDED_OUT -> guestWrites(b) }
#define GUEST_FREES(b) :: d_step { zoneLock == OPEN && IS_USED(b) -> guestFrees(b) }
#define MASK_OF(entry) (entry == NONE -> 0 : MASK(entry))
#if CAPACITY > 1
#define TOLD (MASK_OF(scatterlist) | MASK_OF(scatterlist2))
#else
#define TOLD MASK_OF(scatterlist)
#endif
#define STEP(byDevice, guard, effect) :: d_step { guard -> look(); effect; judge(byDevice) }
#define NOTIFIER_IS_DONE notifier = 0; zoneLock = OPEN

active proctype system() {
	do
	EACH_BLOCK(GUEST_ALLOCATES)
	EACH_BLOCK(GUEST_WRITES)
	EACH_BLOCK(GUEST_FREES)

	/* notifierReadsState, notifierExchangesState, notifierArmsTimer */
	STEP(0, notifier == READS, if :: request == REQUESTED -> NOTIFIER_IS_DONE :: else -> notifier = EXCHANGES fi)
	STEP(0, notifier == EXCHANGES, if :: request == IDLE -> notifier = ARMS :: else -> NOTIFIER_IS_DONE fi; request = REQUESTED)
	STEP(0, notifier == ARMS, timer = 1; NOTIFIER_IS_DONE)

	/* timerFires */
	STEP(0, timer && worker == IDLE, timer = 0; worker = STARTS)
	/* workerStarts, workerAllocates, workerChecksZone */
	STEP(0, worker == STARTS, request = ACTIVE; gaveUp = 0; worker = ALLOCATES)
	STEP(0, worker == ALLOCATES, worker = CHECKS)
#if FAILURES
	STEP(0, worker == ALLOCATES, giveUpPass())
#endif
	STEP(0, worker == CHECKS,
		if
		:: FREE_FRAMES <= CAPACITY << REPORTING_ORDER -> giveUpPass()
		:: else -> worker = LOOKS; current = REPORTING_ORDER
		fi)
	/* workerLooksAtList, workerWalksList */
	STEP(0, worker == LOOKS,
		if
		:: current != NONE && freeList[(current != NONE -> current : 0)].n > 0 -> worker = WALKS
		:: else -> goToNextList()
		fi)
	STEP(0, worker == WALKS && zoneLock == OPEN, budget = (nrFree[current] + CAPACITY * DIVISOR - 1) / (CAPACITY * DIVISOR); walk())
	/* workerSubmits, workerWakes, workerDrains */
	STEP(0, worker == SUBMITS,
		queue = AVAILABLE;
		message = scatterlist;
#if CAPACITY > 1
		message2 = scatterlist2;
#endif
		worker = WAITS)
#if FAILURES
	STEP(0, worker == SUBMITS, failed = 1; worker = DRAINS)
#endif
	STEP(0, worker == WAITS && queue == USED, queue = 0; worker = DRAINS)
	STEP(0, worker == DRAINS && zoneLock == OPEN,
		if
		:: scatterlist != NONE -> putBack(scatterlist); scatterlist = NONE
		:: else
		fi;
#if CAPACITY > 1
		if
		:: scatterlist2 != NONE -> putBack(scatterlist2); scatterlist2 = NONE
		:: else
		fi;
#endif
		if
#if FAILURES
		:: failed -> failed = 0; giveUpPass()
		:: !failed && current == NONE -> worker = ENDS
#else
		:: current == NONE -> worker = ENDS
#endif
		:: else -> budget--; walk()
		fi)
	/* workerEnds, workerRearms */
	STEP(0, worker == ENDS, if :: request == REQUESTED -> worker = REARMS :: else -> request = IDLE; worker = IDLE fi)
	STEP(0, worker == REARMS, timer = 1; worker = IDLE)

	/* devicePops, deviceDiscards, devicePushes */
	STEP(1, queue == AVAILABLE, queue = POPPED)
	STEP(1, queue == POPPED && message != NONE,
#ifdef STEPS
		/* discardedFrameIsNotInUse, also of what was empty before */
		f = FIRST(message);
		do
		:: f < FIRST(message) + (1 << ORDER(message)) -> assert(PAGE(f) != P_STABLE); f++
		:: else -> break
		od;
#endif
		setContent(message, EMPTY);
#if CAPACITY > 1
		message = message2;
		message2 = NONE)
#else
		message = NONE)
#endif
	STEP(1, queue == POPPED && message == NONE,
		queue = USED;
		acknowledged = acknowledged | TOLD)
	od
}

/* ---- Safety. By construction: isolatedPageblockIsNotAllocatable, handedOutFrameHasItsPattern ---- */

#ifdef INVARIANTS
#define WRITTEN_KEEPS(f) && (content[f] == DATA || (owner[f] != WRITTEN && owner[AROUND1(f)] != WRITTEN && owner[AROUND2(f)] != WRITTEN))
#define MARKED_IS_FREE(b) && (!HAS(mark, b) || owner[b] == FREE)
#define ONE_OWNER(f) && (owner[f] != NOBLOCK) + (owner[AROUND1(f)] != NOBLOCK) + (owner[AROUND2(f)] != NOBLOCK) == 1
#define TIMES_AT(l, k, b) (freeList[l].n > k && freeList[l].at[k] == (b))
#define TIMES_IN(l, b) (TIMES_AT(l, 0, b) + TIMES_AT(l, 1, b) + TIMES_AT(l, 2, b) + TIMES_AT(l, 3, b))
#define IN_ONE_LIST(b) && TIMES_IN(0, b) == (owner[b] == FREE && ORDER(b) == 0) && \
	TIMES_IN(1, b) == (owner[b] == FREE && ORDER(b) == 1) && TIMES_IN(2, b) == (owner[b] == FREE && ORDER(b) == 2)
#define MERGED(b) && (owner[b] != FREE || !HAS_FREE_BUDDY(b))
#define MARKED_IS_ACKNOWLEDGED(f) && (HAS(acknowledged, f) || !(HAS(mark, f) || HAS(mark, AROUND1(f)) || HAS(mark, AROUND2(f))))
#define OWES_NOTHING(b) && (owner[b] != FREE || !HAS(owed, b))

active proctype monitor() {
	if
	:: !(1 EACH_FRAME(WRITTEN_KEEPS)) -> assert(false) /* writtenFrameKeepsItsData */
	:: !(1 EACH_BLOCK(MARKED_IS_FREE)) -> assert(false) /* markedBlockIsFree */
	:: !(message == NONE || owner[(message == NONE -> 0 : message)] == ISOLATED) -> assert(false) /* toldBlockIsIsolated */
#if CAPACITY > 1
	:: !(message2 == NONE || owner[(message2 == NONE -> 0 : message2)] == ISOLATED) -> assert(false)
	:: MASK_OF(scatterlist) & MASK_OF(scatterlist2) -> assert(false) /* frameIsToldOnce */
#endif
	:: !(1 EACH_FRAME(ONE_OWNER)) -> assert(false) /* frameHasOneOwner */
	:: !(1 EACH_BLOCK(IN_ONE_LIST)) -> assert(false) /* freeBlockIsInOneList */
	:: !(1 EACH_BLOCK(MERGED)) -> assert(false) /* freeBuddiesAreMerged */
	:: !(nrFree[0] == freeList[0].n && nrFree[1] == freeList[1].n && nrFree[2] == freeList[2].n) -> assert(false) /* counterCountsTheLists */
	:: !((worker != ALLOCATES && worker != WAITS) || zoneLock != WORKER) -> assert(false) /* workerSleepsWithoutTheLock */
	:: !(notifier != 0 || (request == IDLE) == (!timer && worker == IDLE)) -> assert(false) /* idleMeansNoPass */
	:: !(1 EACH_FRAME(MARKED_IS_ACKNOWLEDGED)) -> assert(false) /* markedFrameIsAcknowledged */
	:: request == IDLE && notifier == 0 && !gaveUp && !(1 EACH_BLOCK(OWES_NOTHING)) -> assert(false) /* idleReporterOwesNothing */
	fi
}
#endif
