-- Page ring in Murphi. The pages are a range and no scalarset: symmetry is not reduced.
-- The bench writes another number into the next line.
const N: 5;

type
  page: 0 .. N - 1;
  location: enum { used, free, isolated };
  progress: enum { idle, requested, active, sent, returning };

var
  loc: array [page] of location;
  reported: array [page] of boolean;
  resident: array [page] of boolean;
  worker: progress;
  budget: 0 .. 3;
  isolatedPages: 0 .. 2;
  unreportedFree: 0 .. N;

startstate
begin
  for p: page do
    loc[p] := used;
    reported[p] := false;
    resident[p] := true;
  end;
  worker := idle;
  budget := 0;
  isolatedPages := 0;
  unreportedFree := 0;
end;

ruleset p: page do
  rule "alloc" loc[p] = free ==>
  begin
    if !reported[p] then unreportedFree := unreportedFree - 1; end;
    loc[p] := used;
    reported[p] := false;
    resident[p] := true;
  end;

  rule "free" loc[p] = used ==>
  begin
    loc[p] := free;
    unreportedFree := unreportedFree + 1;
    if worker = idle then worker := requested; end;
  end;

  rule "isolate"
    worker = active & loc[p] = free & !reported[p] & isolatedPages < 2 & budget > 0 ==>
  begin
    loc[p] := isolated;
    isolatedPages := isolatedPages + 1;
    unreportedFree := unreportedFree - 1;
    budget := budget - 1;
  end;

  rule "discard" worker = sent & loc[p] = isolated & resident[p] ==>
  begin
    resident[p] := false;
  end;

  rule "return" worker = returning & loc[p] = isolated ==>
  begin
    loc[p] := free;
    reported[p] := true;
    isolatedPages := isolatedPages - 1;
    if isolatedPages = 0 then worker := active; end;
  end;
end;

rule "start" worker = requested ==>
begin
  worker := active;
  budget := 3;
end;

rule "send" worker = active & isolatedPages > 0 ==>
begin
  worker := sent;
end;

rule "complete" worker = sent & forall p: page do !(loc[p] = isolated & resident[p]) end ==>
begin
  worker := returning;
end;

rule "finish" worker = active & isolatedPages = 0 & (budget = 0 | unreportedFree = 0) ==>
begin
  if unreportedFree > 0 then worker := requested; else worker := idle; end;
  budget := 0;
end;

invariant "a used page is resident" forall p: page do loc[p] = used -> resident[p] end;
