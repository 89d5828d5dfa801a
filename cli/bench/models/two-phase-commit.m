-- Lamport and Gray's TwoPhase in Murphi. The managers are a range and no scalarset: symmetry is not
-- reduced. The bench writes another number into the next line.
const N: 4;

type
  manager: 0 .. N - 1;
  progress: enum { working, prepared, committed, aborted };
  decision: enum { init, commits, aborts };

var
  rm: array [manager] of progress;
  tm: decision;
  tmPrepared: array [manager] of boolean;
  preparedMessage: array [manager] of boolean;
  commitMessage: boolean;
  abortMessage: boolean;

startstate
begin
  for r: manager do
    rm[r] := working;
    tmPrepared[r] := false;
    preparedMessage[r] := false;
  end;
  tm := init;
  commitMessage := false;
  abortMessage := false;
end;

ruleset r: manager do
  rule "TMRcvPrepared" tm = init & preparedMessage[r] ==>
  begin
    tmPrepared[r] := true;
  end;

  rule "RMPrepare" rm[r] = working ==>
  begin
    rm[r] := prepared;
    preparedMessage[r] := true;
  end;

  rule "RMChooseToAbort" rm[r] = working ==>
  begin
    rm[r] := aborted;
  end;

  rule "RMRcvCommitMsg" commitMessage ==>
  begin
    rm[r] := committed;
  end;

  rule "RMRcvAbortMsg" abortMessage ==>
  begin
    rm[r] := aborted;
  end;
end;

rule "TMCommit" tm = init & forall r: manager do tmPrepared[r] end ==>
begin
  tm := commits;
  commitMessage := true;
end;

rule "TMAbort" tm = init ==>
begin
  tm := aborts;
  abortMessage := true;
end;

invariant "TCConsistent"
  !(exists r: manager do rm[r] = committed end & exists r: manager do rm[r] = aborted end);
