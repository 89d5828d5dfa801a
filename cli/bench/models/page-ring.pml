/*
 * Page ring in Promela: one process, one d_step for each instance of an action, so that a step is one
 * transition and nothing between is stored. spin -DN=5 -a page-ring.pml
 */
#ifndef N
#define N 5
#endif

#define TO4(what) what(0) what(1) what(2) what(3)
#define TO5(what) TO4(what) what(4)
#define TO6(what) TO5(what) what(5)
#define TO7(what) TO6(what) what(6)
#define TO8(what) TO7(what) what(7)
#define TO9(what) TO8(what) what(8)
#define TO10(what) TO9(what) what(9)
#if N == 4
#define EACH(what) TO4(what)
#elif N == 5
#define EACH(what) TO5(what)
#elif N == 6
#define EACH(what) TO6(what)
#elif N == 7
#define EACH(what) TO7(what)
#elif N == 8
#define EACH(what) TO8(what)
#elif N == 9
#define EACH(what) TO9(what)
#elif N == 10
#define EACH(what) TO10(what)
#else
#error "N is 4 to 10"
#endif

#define USED 0
#define FREE 1
#define ISOLATED 2

#define IDLE 0
#define REQUESTED 1
#define ACTIVE 2
#define SENT 3
#define RETURNING 4

byte loc[N];
bool reported[N];
bool resident[N] = true;
byte worker;
byte budget;
byte isolated;
byte unreportedFree;

#define ALLOC(p) \
  :: d_step { loc[p] == FREE -> \
       if :: !reported[p] -> unreportedFree-- :: else fi; \
       loc[p] = USED; reported[p] = false; resident[p] = true }

#define RELEASE(p) \
  :: d_step { loc[p] == USED -> \
       loc[p] = FREE; unreportedFree++; \
       if :: worker == IDLE -> worker = REQUESTED :: else fi }

#define ISOLATE(p) \
  :: d_step { worker == ACTIVE && loc[p] == FREE && !reported[p] && isolated < 2 && budget > 0 -> \
       loc[p] = ISOLATED; isolated++; unreportedFree--; budget-- }

#define DISCARD(p) \
  :: d_step { worker == SENT && loc[p] == ISOLATED && resident[p] -> resident[p] = false }

#define RETURN(p) \
  :: d_step { worker == RETURNING && loc[p] == ISOLATED -> \
       loc[p] = FREE; reported[p] = true; isolated--; \
       if :: isolated == 0 -> worker = ACTIVE :: else fi }

#define AND_DISCARDED(p) && !(loc[p] == ISOLATED && resident[p])
#define OR_LOST(p) || (loc[p] == USED && !resident[p])

active proctype ring()
{
  do
  EACH(ALLOC)
  EACH(RELEASE)
  EACH(ISOLATE)
  EACH(DISCARD)
  EACH(RETURN)
  :: d_step { worker == REQUESTED -> worker = ACTIVE; budget = 3 }
  :: d_step { worker == ACTIVE && isolated > 0 -> worker = SENT }
  :: d_step { worker == SENT EACH(AND_DISCARDED) -> worker = RETURNING }
  :: d_step { worker == ACTIVE && isolated == 0 && (budget == 0 || unreportedFree == 0) ->
       if :: unreportedFree > 0 -> worker = REQUESTED :: else -> worker = IDLE fi;
       budget = 0 }
  /* The invariant, asked in every state: a used page is resident. */
  :: d_step { false EACH(OR_LOST) -> assert(false) }
  od
}
