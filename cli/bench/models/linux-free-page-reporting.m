-- Free page reporting as Linux merged it (v17): the protocol of spec/protocols/linux-free-page-reporting at
-- divisor=4 reportingOrder=1, all else off. No symmetry.
--
-- Written from the text of the protocol alone, as were the models of the same name in Promela and C, by
-- somebody who had no part in the checker: what all count is not what one of them gets wrong. Changed since:
-- of a block that is split only the lowest part is handed out, as the protocol has it now; several users, two
-- blocks in a report, and failures; witnesses are left out. Licence: that of the repository (MIT).
--
-- Left out, because these constants never change it: isolateList, pageblock, discards.
-- CAPACITY is 1 or 2, FAILURES (0 or 1) is allocationFailures and deviceErrors. The bench writes other
-- numbers into these four lines.
-- Lines that end in "--@step" check step properties; without them the model is that with invariants alone.

const BLOCKS: 3;
const USERS: 1;
const CAPACITY: 1;
const FAILURES: 0;

const
  DIVISOR: 4;
  REPORTING_ORDER: 1;
  LARGEST: 2;
  LIST: 4; -- room in a free list; more is an error (index out of range)

type
  frame: 0 .. 4 * BLOCKS - 1;
  block: 0 .. 7 * BLOCKS - 1; -- those of order 0 first, then 1, then 2
  order: 0 .. LARGEST;
  place: 1 .. LIST;
  owner_t: enum { noBlock, free, isolated, handedOut, written };
  content_t: enum { stale, data, empty };
  list_t: record n: 0 .. LIST; at: array [place] of block; end; -- head first; undefined beyond n
  page_t: enum { pFree, pIsolated, pReported, pStable };
  seen_t: record page: page_t; content: content_t; end;
  before_t: record frames: array [frame] of seen_t; atRest: boolean; end;

var
  zoneLock: enum { open, guest, theWorkers };
  owner: array [block] of owner_t;
  freeList: array [order] of list_t;
  nrFree: array [order] of 0 .. 4 * BLOCKS;
  mark: array [block] of boolean;
  notifier: enum { none, reads, exchanges, arms };
  request: enum { idle, requested, active };
  timer: enum { off, armed };
  worker: enum { wIdle, wStarts, wAllocates, wChecks, wLooks, wWalks, wSubmits, wWaits, wDrains, wEnds, wRearms };
  current: order; -- `list`; undefined: none
  budget: -1 .. BLOCKS;
  scatterlist: block; -- undefined: empty; filled from its end, so the second is the older one
  scatterlist2: block; -- undefined: there is none
  queue: enum { qEmpty, qAvailable, qPopped, qUsed };
  message: block; -- undefined: nothing
  message2: block; -- undefined: nothing after it
  failed: boolean; -- report
  content: array [frame] of content_t;
  acknowledged: array [frame] of boolean; -- ghost, as are the next two
  owed: array [block] of boolean;
  gaveUp: boolean;

---- Blocks

function orderOf(b: block): order;
begin
  if b < 4 * BLOCKS then return 0; elsif b < 6 * BLOCKS then return 1; else return 2; endif;
end;

function sizeOf(o: order): 1 .. 4;
begin
  if o = 0 then return 1; elsif o = 1 then return 2; else return 4; endif;
end;

-- of a block below the largest order
function parent(b: block): block; begin return b / 2 + 4 * BLOCKS; end;
function buddy(b: block): block; begin if b % 2 = 0 then return b + 1; else return b - 1; endif; end;

-- The blocks around frame f are f, f / 2 + 4 * BLOCKS and f / 4 + 6 * BLOCKS.
function isIn(f: frame; b: block): boolean;
begin
  return f = b | f / 2 + 4 * BLOCKS = b | f / 4 + 6 * BLOCKS = b;
end;

function isUsed(b: block): boolean; begin return owner[b] = handedOut | owner[b] = written; end;

---- Lists

procedure pushHead(var l: list_t; b: block);
begin
  l.n := l.n + 1;
  for i: place do if i < l.n then l.at[l.n - i + 1] := l.at[l.n - i]; endif; end;
  l.at[1] := b;
end;

procedure pushTail(var l: list_t; b: block);
begin
  l.n := l.n + 1;
  l.at[l.n] := b;
end;

procedure remove(var l: list_t; b: block);
var found: boolean;
begin
  found := false;
  for i: place do
    if i <= l.n then
      if found then l.at[i - 1] := l.at[i]; elsif l.at[i] = b then found := true; endif;
    endif;
  end;
  if found then undefine l.at[l.n]; l.n := l.n - 1; endif;
end;

procedure rotateToFront(var l: list_t; b: block);
var head: block;
begin
  while l.at[1] != b do
    head := l.at[1];
    for i: place do if i < l.n then l.at[i] := l.at[i + 1]; endif; end;
    l.at[l.n] := head;
  end;
end;

---- The buddy allocator, under the zone lock

procedure takeOffList(b: block);
begin
  remove(freeList[orderOf(b)], b);
  nrFree[orderOf(b)] := nrFree[orderOf(b)] - 1;
  mark[b] := false;
  owner[b] := noBlock;
end;

procedure putOnList(b: block; toTail: boolean);
begin
  if toTail then pushTail(freeList[orderOf(b)], b); else pushHead(freeList[orderOf(b)], b); endif;
  nrFree[orderOf(b)] := nrFree[orderOf(b)] + 1;
  owner[b] := free;
end;

function hasFreeBuddy(b: block): boolean;
begin
  return orderOf(b) < LARGEST & owner[buddy(b)] = free;
end;

-- buddy_merge_likely
function isMergeLikely(b: block): boolean;
begin
  return orderOf(b) < LARGEST - 1 & hasFreeBuddy(parent(b));
end;

-- returns the block that came of it
function freeOnePage(freed: block; toTail: boolean): block;
var b: block;
begin
  b := freed;
  while hasFreeBuddy(b) do
    takeOffList(buddy(b));
    owner[b] := noBlock;
    if owed[buddy(b)] | owed[b] then owed[parent(b)] := true; endif;
    owed[buddy(b)] := false;
    owed[b] := false;
    b := parent(b);
  end;
  putOnList(b, toTail | isMergeLikely(b));
  return b;
end;

function freeFrames(): 0 .. 4 * BLOCKS;
begin
  return freeList[0].n + 2 * freeList[1].n + 4 * freeList[2].n;
end;

-- Is the head that __rmqueue_smallest would take `wanted`, or a block around it of which it is the lowest part?
function isServed(wanted: block): boolean;
var b: block;
begin
  b := wanted;
  for o: order do
    if o >= orderOf(wanted) then
      if freeList[o].n > 0 then return freeList[o].at[1] = b; endif;
      if b % 2 = 1 then return false; endif;
      if o < LARGEST then b := parent(b); endif;
    endif;
  end;
  return false;
end;

function used(): 0 .. 7 * BLOCKS;
var n: 0 .. 7 * BLOCKS;
begin
  n := 0;
  for b: block do if isUsed(b) then n := n + 1; endif; end;
  return n;
end;

---- The worker's way along the lists

procedure goToNextList();
begin
  budget := 0;
  if !isundefined(current) & current < LARGEST then
    current := current + 1;
    worker := wLooks;
  else
    undefine current;
    if isundefined(scatterlist) then worker := wEnds; else worker := wSubmits; endif;
  endif;
end;

procedure giveUpPass();
begin
  gaveUp := true;
  undefine current;
  budget := 0;
  worker := wEnds;
end;

function isFull(): boolean;
begin
  if CAPACITY = 1 then return !isundefined(scatterlist); else return !isundefined(scatterlist2); endif;
end;

procedure walk();
var i: 1 .. LIST + 1; candidate: block;
begin
  i := 1;
  while i <= freeList[current].n do
    candidate := freeList[current].at[i];
    if mark[candidate] then
      i := i + 1;
    elsif budget < 0 then
      request := requested;
      rotateToFront(freeList[current], candidate);
      goToNextList();
      return;
    elsif isFull() then
      rotateToFront(freeList[current], candidate);
      worker := wSubmits;
      return;
    elsif freeFrames() <= sizeOf(current) then
      gaveUp := true;
      rotateToFront(freeList[current], candidate);
      goToNextList();
      return;
    else
      takeOffList(candidate); -- and the next one is at i
      owner[candidate] := isolated;
      if !isundefined(scatterlist) then scatterlist2 := scatterlist; endif;
      scatterlist := candidate;
    endif;
  end;
  goToNextList();
end;

---- Step properties

function pageOfBlock(b: block): page_t;
begin
  switch owner[b]
    case isolated: return pIsolated;
    case free: if mark[b] then return pReported; else return pFree; endif;
    else return pStable;
  endswitch;
end;

function pageOf(f: frame): page_t;
begin
  if owner[f] != noBlock then return pageOfBlock(f); endif;
  if owner[f / 2 + 4 * BLOCKS] != noBlock then return pageOfBlock(f / 2 + 4 * BLOCKS); endif;
  if owner[f / 4 + 6 * BLOCKS] != noBlock then return pageOfBlock(f / 4 + 6 * BLOCKS); endif;
  return pIsolated;
end;

function isAtRest(): boolean;
begin
  return request = idle & timer = off & worker = wIdle & queue = qEmpty;
end;

procedure look(var before: before_t);
begin
  for f: frame do
    before.frames[f].page := pageOf(f);
    before.frames[f].content := content[f];
  end;
  before.atRest := isAtRest() & notifier = none;
end;

procedure judge(var before: before_t; byDevice: boolean);
var page: page_t;
begin
  for f: frame do
    alias was: before.frames[f] do
      page := pageOf(f);
      if page != was.page then
        assert "pageStepIsLegal" page = pFree | was.page = pFree & page != pReported |
          was.page = pIsolated & page = pReported | was.page = pReported & page = pStable;
      endif;
      if content[f] != was.content then
        if content[f] = empty then
          assert "discardIsPermitted" was.page = pIsolated;
          assert "discardedFrameIsNotInUse" byDevice -> was.page != pStable;
        else
          assert "reportChangesResidencyOnly" !byDevice;
        endif;
      endif;
    end;
  end;
  assert "restingReporterStaysAtRest" before.atRest -> isAtRest();
end;

---- The guest's users

ruleset wanted: block do
  rule "guestAllocates"
    zoneLock = open & isServed(wanted) & used() < USERS
  ==>
  var before: before_t; --@step
  var source: block; part: block;
  begin
    look(before); --@step
    source := wanted;
    while freeList[orderOf(source)].n = 0 do source := parent(source); end;
    takeOffList(source);
    owed[source] := false;
    part := wanted;
    while part != source do
      putOnList(buddy(part), false);
      part := parent(part);
    end;
    owner[wanted] := handedOut;
    for f: frame do if isIn(f, wanted) then acknowledged[f] := false; endif; end;
    judge(before, false); --@step
  end;
end;

ruleset b: block do
  rule "guestWrites"
    owner[b] = handedOut
  ==>
  var before: before_t; --@step
  begin
    look(before); --@step
    owner[b] := written;
    for f: frame do if isIn(f, b) then content[f] := data; endif; end;
    judge(before, false); --@step
  end;

  rule "guestFrees"
    zoneLock = open & isUsed(b)
  ==>
  var before: before_t; --@step
  var merged: block;
  begin
    look(before); --@step
    for f: frame do if isIn(f, b) & content[f] = data then content[f] := stale; endif; end;
    merged := freeOnePage(b, false);
    if orderOf(merged) >= REPORTING_ORDER then
      owed[merged] := true;
      notifier := reads;
      zoneLock := guest;
    endif;
    judge(before, false); --@step
  end;
end;

procedure notifierIsDone();
begin
  notifier := none;
  zoneLock := open;
end;

rule "notifierReadsState"
  notifier = reads
==>
var before: before_t; --@step
begin
  look(before); --@step
  if request = requested then notifierIsDone(); else notifier := exchanges; endif;
  judge(before, false); --@step
end;

rule "notifierExchangesState"
  notifier = exchanges
==>
var before: before_t; --@step
begin
  look(before); --@step
  if request = idle then notifier := arms; else notifierIsDone(); endif;
  request := requested;
  judge(before, false); --@step
end;

rule "notifierArmsTimer"
  notifier = arms
==>
var before: before_t; --@step
begin
  look(before); --@step
  timer := armed;
  notifierIsDone();
  judge(before, false); --@step
end;

---- The reporting worker

rule "timerFires"
  timer = armed & worker = wIdle
==>
var before: before_t; --@step
begin
  look(before); --@step
  timer := off;
  worker := wStarts;
  judge(before, false); --@step
end;

rule "workerStarts"
  worker = wStarts
==>
var before: before_t; --@step
begin
  look(before); --@step
  request := active;
  gaveUp := false;
  worker := wAllocates;
  judge(before, false); --@step
end;

rule "workerAllocates, nothing"
  FAILURES = 1 & worker = wAllocates
==>
var before: before_t; --@step
begin
  look(before); --@step
  giveUpPass();
  judge(before, false); --@step
end;

rule "workerAllocates"
  worker = wAllocates
==>
var before: before_t; --@step
begin
  look(before); --@step
  worker := wChecks;
  judge(before, false); --@step
end;

rule "workerChecksZone"
  worker = wChecks
==>
var before: before_t; --@step
begin
  look(before); --@step
  if freeFrames() <= CAPACITY * sizeOf(REPORTING_ORDER) then
    giveUpPass();
  else
    worker := wLooks;
    current := REPORTING_ORDER;
  endif;
  judge(before, false); --@step
end;

rule "workerLooksAtList"
  worker = wLooks
==>
var before: before_t; --@step
begin
  look(before); --@step
  if !isundefined(current) & freeList[current].n > 0 then worker := wWalks; else goToNextList(); endif;
  judge(before, false); --@step
end;

rule "workerWalksList"
  worker = wWalks & zoneLock = open
==>
var before: before_t; --@step
begin
  look(before); --@step
  budget := (nrFree[current] + CAPACITY * DIVISOR - 1) / (CAPACITY * DIVISOR);
  walk();
  judge(before, false); --@step
end;

rule "workerSubmits"
  worker = wSubmits
==>
var before: before_t; --@step
begin
  look(before); --@step
  queue := qAvailable;
  message := scatterlist;
  if !isundefined(scatterlist2) then message2 := scatterlist2; endif;
  worker := wWaits;
  judge(before, false); --@step
end;

rule "workerSubmits, failed"
  FAILURES = 1 & worker = wSubmits
==>
var before: before_t; --@step
begin
  look(before); --@step
  failed := true;
  worker := wDrains;
  judge(before, false); --@step
end;

rule "workerWakes"
  worker = wWaits & queue = qUsed
==>
var before: before_t; --@step
begin
  look(before); --@step
  queue := qEmpty;
  worker := wDrains;
  judge(before, false); --@step
end;

procedure putBack(b: block);
var merged: block;
begin
  if !failed then owed[b] := false; endif;
  merged := freeOnePage(b, true);
  if !failed & owner[b] = free then mark[b] := true; endif;
end;

rule "workerDrains"
  worker = wDrains & zoneLock = open
==>
var before: before_t; --@step
begin
  look(before); --@step
  if !isundefined(scatterlist) then
    putBack(scatterlist);
    undefine scatterlist;
  endif;
  if !isundefined(scatterlist2) then
    putBack(scatterlist2);
    undefine scatterlist2;
  endif;
  if failed then
    failed := false;
    giveUpPass();
  elsif isundefined(current) then
    worker := wEnds;
  else
    budget := budget - 1;
    walk();
  endif;
  judge(before, false); --@step
end;

rule "workerEnds"
  worker = wEnds
==>
var before: before_t; --@step
begin
  look(before); --@step
  if request = requested then
    worker := wRearms;
  else
    request := idle;
    worker := wIdle;
  endif;
  judge(before, false); --@step
end;

rule "workerRearms"
  worker = wRearms
==>
var before: before_t; --@step
begin
  look(before); --@step
  timer := armed;
  worker := wIdle;
  judge(before, false); --@step
end;

---- The device and the host behind it

rule "devicePops"
  queue = qAvailable
==>
var before: before_t; --@step
begin
  look(before); --@step
  queue := qPopped;
  judge(before, true); --@step
end;

rule "deviceDiscards"
  queue = qPopped & !isundefined(message)
==>
var before: before_t; --@step
begin
  look(before); --@step
  for f: frame do --@step
    assert "discardedFrameIsNotInUse" isIn(f, message) -> pageOf(f) != pStable; -- also if it was empty --@step
  end; --@step
  for f: frame do if isIn(f, message) then content[f] := empty; endif; end;
  undefine message;
  if !isundefined(message2) then
    message := message2;
    undefine message2;
  endif;
  judge(before, true); --@step
end;

rule "devicePushes"
  queue = qPopped & isundefined(message)
==>
var before: before_t; --@step
begin
  look(before); --@step
  queue := qUsed;
  if !isundefined(scatterlist) then
    for f: frame do if isIn(f, scatterlist) then acknowledged[f] := true; endif; end;
  endif;
  if !isundefined(scatterlist2) then
    for f: frame do if isIn(f, scatterlist2) then acknowledged[f] := true; endif; end;
  endif;
  judge(before, true); --@step
end;

---- Booting: everything is in use, and a first pass is requested

startstate
begin
  zoneLock := open;
  for b: block do
    if orderOf(b) = LARGEST then owner[b] := handedOut; else owner[b] := noBlock; endif;
    mark[b] := false;
    owed[b] := false;
  end;
  for o: order do freeList[o].n := 0; nrFree[o] := 0; end;
  notifier := none;
  request := requested;
  timer := armed;
  worker := wIdle;
  budget := 0;
  queue := qEmpty;
  failed := false;
  for f: frame do content[f] := stale; acknowledged[f] := false; end;
  gaveUp := false;
end;

---- Safety (isolatedPageblockIsNotAllocatable: no pageblock is isolated; handedOutFrameHasItsPattern: no poisoning)

invariant "writtenFrameKeepsItsData"
  forall f: frame do
    content[f] = data | owner[f] != written & owner[f / 2 + 4 * BLOCKS] != written & owner[f / 4 + 6 * BLOCKS] != written
  end;

invariant "markedBlockIsFree"
  forall b: block do mark[b] -> owner[b] = free end;

invariant "toldBlockIsIsolated"
  (isundefined(message) | owner[message] = isolated) & (isundefined(message2) | owner[message2] = isolated);

function isOne(a: boolean; b: boolean; c: boolean): boolean;
begin
  return a & !b & !c | !a & b & !c | !a & !b & c;
end;
invariant "frameHasOneOwner"
  forall f: frame do
    isOne(owner[f] != noBlock, owner[f / 2 + 4 * BLOCKS] != noBlock, owner[f / 4 + 6 * BLOCKS] != noBlock)
  end;

function isListed(b: block; o: order): boolean;
begin
  return exists i: place do i <= freeList[o].n & freeList[o].at[i] = b end;
end;
invariant "freeBlockIsInOneList"
  (forall b: block do owner[b] = free -> isListed(b, orderOf(b)) end) &
  forall o: order do forall i: place do
    i <= freeList[o].n ->
      owner[freeList[o].at[i]] = free & orderOf(freeList[o].at[i]) = o &
      forall j: place do j < i -> freeList[o].at[j] != freeList[o].at[i] end
  end end;

invariant "freeBuddiesAreMerged"
  forall b: block do owner[b] = free -> !hasFreeBuddy(b) end;

invariant "frameIsToldOnce"
  isundefined(scatterlist2) | forall f: frame do !(isIn(f, scatterlist) & isIn(f, scatterlist2)) end;

invariant "counterCountsTheLists"
  forall o: order do nrFree[o] = freeList[o].n end;

invariant "workerSleepsWithoutTheLock"
  worker = wAllocates | worker = wWaits -> zoneLock != theWorkers;

invariant "idleMeansNoPass"
  notifier = none -> (request = idle) = (timer = off & worker = wIdle);

invariant "markedFrameIsAcknowledged"
  forall f: frame do
    acknowledged[f] | !mark[f] & !mark[f / 2 + 4 * BLOCKS] & !mark[f / 4 + 6 * BLOCKS]
  end;

invariant "idleReporterOwesNothing"
  request = idle & notifier = none & !gaveUp -> forall b: block do owner[b] != free | !owed[b] end;
