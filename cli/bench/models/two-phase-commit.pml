/*
 * Lamport and Gray's TwoPhase in Promela: one process, one d_step for each instance of an action.
 * A message stays when it was received; to receive it again changes nothing and is a transition all
 * the same. spin -DN=4 -a two-phase-commit.pml
 */
#ifndef N
#define N 4
#endif

#define TO3(what) what(0) what(1) what(2)
#define TO4(what) TO3(what) what(3)
#define TO5(what) TO4(what) what(4)
#define TO6(what) TO5(what) what(5)
#define TO7(what) TO6(what) what(6)
#define TO8(what) TO7(what) what(7)
#if N == 3
#define EACH(what) TO3(what)
#elif N == 4
#define EACH(what) TO4(what)
#elif N == 5
#define EACH(what) TO5(what)
#elif N == 6
#define EACH(what) TO6(what)
#elif N == 7
#define EACH(what) TO7(what)
#elif N == 8
#define EACH(what) TO8(what)
#else
#error "N is 3 to 8"
#endif

#define WORKING 0
#define PREPARED 1
#define COMMITTED 2
#define ABORTED 3

#define INIT 0

byte rm[N];
byte tm; /* INIT, COMMITTED or ABORTED */
bool tmPrepared[N];
bool preparedMessage[N];
bool commitMessage;
bool abortMessage;

#define TM_RCV_PREPARED(r) :: d_step { tm == INIT && preparedMessage[r] -> tmPrepared[r] = true }
#define RM_PREPARE(r) \
  :: d_step { rm[r] == WORKING -> rm[r] = PREPARED; preparedMessage[r] = true }
#define RM_CHOOSE_TO_ABORT(r) :: d_step { rm[r] == WORKING -> rm[r] = ABORTED }
#define RM_RCV_COMMIT(r) :: d_step { commitMessage -> rm[r] = COMMITTED }
#define RM_RCV_ABORT(r) :: d_step { abortMessage -> rm[r] = ABORTED }

#define AND_PREPARED(r) && tmPrepared[r]
#define OR_COMMITTED(r) || rm[r] == COMMITTED
#define OR_ABORTED(r) || rm[r] == ABORTED

active proctype commit()
{
  do
  EACH(TM_RCV_PREPARED)
  :: d_step { tm == INIT EACH(AND_PREPARED) -> tm = COMMITTED; commitMessage = true }
  :: d_step { tm == INIT -> tm = ABORTED; abortMessage = true }
  EACH(RM_PREPARE)
  EACH(RM_CHOOSE_TO_ABORT)
  EACH(RM_RCV_COMMIT)
  EACH(RM_RCV_ABORT)
  /* TCConsistent, asked in every state. */
  :: d_step { (false EACH(OR_COMMITTED)) && (false EACH(OR_ABORTED)) -> assert(false) }
  od
}
