/** How a page looks, in light and dark, from a phone's width to a screen's. */
export const style = `
:root {
  color-scheme: light dark;
  --ground: light-dark(#fbfbf9, #16181b);
  --raised: light-dark(#ffffff, #1f2226);
  --ink: light-dark(#1d2125, #e4e6e8);
  --quiet: light-dark(#555c63, #a3abb3);
  --line: light-dark(#d5d8da, #3a4047);
  --accent: light-dark(#0b57a4, #7db8f5);
  --chosen: light-dark(#dcebfa, #173a5c);
  --changed: light-dark(#fff1c2, #4a3c0c);
  --good: light-dark(#17653a, #74cf97);
  --bad: light-dark(#a8201a, #ff9d94);
  --free: light-dark(#d9f2e0, #1d4430);
  --isolated: light-dark(#fde3c0, #573a12);
  --reported: light-dark(#d5e8fb, #1b3d5f);
  --stable: light-dark(#e6e6ea, #3b3e45);
  --unused: light-dark(#e9defa, #40305f);
  --volatile: light-dark(#fbd9ea, #5c2344);
  --poisoned: light-dark(#f6d4d0, #5e2620);
  --lane-0: light-dark(#0b57a4, #7db8f5);
  --lane-1: light-dark(#a04a00, #f0a868);
  --lane-2: light-dark(#17653a, #74cf97);
  --lane-3: light-dark(#7a2b8f, #d79ae8);
  --lane-4: light-dark(#555c63, #a3abb3);
}
* { box-sizing: border-box; }
body {
  margin: 0;
  background: var(--ground);
  color: var(--ink);
  font: 15px/1.45 system-ui, sans-serif;
}
main { max-width: 84rem; margin: 0 auto; padding: 1rem; }
h1 { font-size: 1.3rem; margin: 0 0 .5rem; }
h2 { font-size: 1rem; margin: 0 0 .5rem; }
h3 { font-size: .95rem; margin: .5rem 0 0; }
p { margin: .35rem 0; }
pre {
  overflow: auto;
  max-height: 32rem;
  padding: .6rem;
  border: 1px solid var(--line);
  border-radius: .4rem;
  background: var(--raised);
  font: 13px/1.35 ui-monospace, monospace;
}
section {
  margin: 0 0 1rem;
  padding: .8rem;
  border: 1px solid var(--line);
  border-radius: .5rem;
  background: var(--raised);
  overflow-wrap: anywhere;
}
button, input, select { font: inherit; color: inherit; }
button {
  padding: .25rem .6rem;
  border: 1px solid var(--line);
  border-radius: .35rem;
  background: var(--ground);
  cursor: pointer;
}
button:hover:enabled { border-color: var(--accent); }
button:disabled { color: var(--quiet); cursor: default; }
input:not([type="checkbox"], [type="range"]), select {
  padding: .2rem .4rem;
  border: 1px solid var(--line);
  border-radius: .35rem;
  background: var(--ground);
  max-width: 100%;
}
input[type="number"] { width: 7rem; }
.instance input[type="number"] { width: 4.5rem; }
.goal { width: 26rem; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 1px; }
summary { cursor: pointer; }
table { border-collapse: collapse; width: 100%; }
th, td {
  padding: .25rem .5rem;
  border-bottom: 1px solid var(--line);
  text-align: left;
  vertical-align: top;
  font-weight: normal;
}
thead th { color: var(--quiet); font-size: .85rem; }
.quiet, .hint { color: var(--quiet); }
.hint { font-size: .85rem; }
.good { color: var(--good); font-weight: 600; }
.bad { color: var(--bad); font-weight: 600; }
.notice { color: var(--bad); font-weight: 600; }
.notice:empty { display: none; }
.spoken {
  position: absolute;
  width: 1px;
  height: 1px;
  overflow: hidden;
  clip-path: inset(50%);
  white-space: nowrap;
}
.instance, .filter, .buttons { display: flex; flex-wrap: wrap; gap: .4rem .9rem; align-items: center; }
.buttons { gap: .35rem; }
nav {
  position: sticky;
  top: 0;
  z-index: 1;
  display: flex;
  flex-wrap: wrap;
  gap: .3rem 1rem;
  align-items: center;
  margin: .6rem 0;
  padding: .5rem .8rem;
  border: 1px solid var(--line);
  border-radius: .5rem;
  background: var(--raised);
}
nav .hint { margin: 0; }
.slider { display: flex; flex: 1 1 18rem; gap: .6rem; align-items: center; }
.slider span { white-space: nowrap; font-variant-numeric: tabular-nums; }
.slider input { flex: 1; accent-color: var(--accent); }
.columns { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1rem; }
.steps ol {
  position: relative;
  margin: 0;
  padding: 0;
  max-height: 24rem;
  overflow: auto;
  list-style: none;
}
.steps li { content-visibility: auto; contain-intrinsic-height: auto 1.9rem; }
.steps li button {
  display: grid;
  width: 100%;
  padding: .2rem .3rem;
  border: 0;
  border-left: 4px solid transparent;
  border-radius: 0;
  background: none;
  text-align: left;
}
.steps li button, .lanes { grid-template-columns: 2.2rem repeat(var(--lanes), minmax(0, 1fr)); }
.steps li button[aria-current] { background: var(--chosen); font-weight: 600; }
.steps li.loop button { border-left-color: var(--accent); }
.steps .number { color: var(--quiet); font-variant-numeric: tabular-nums; }
.steps .label { grid-column: 2 / -1; }
.steps .mark { color: var(--bad); font-weight: 600; }
.lanes { display: grid; margin: 0; padding: 0 .3rem .2rem calc(.3rem + 4px); font-size: .85rem; font-weight: 600; }
.lanes-1 { --lanes: 1; }
.lanes-2 { --lanes: 2; }
.lanes-3 { --lanes: 3; }
.lanes-4 { --lanes: 4; }
.lanes-5 { --lanes: 5; }
.lanes .lane-0 { grid-column: 2; }
.lane-0 .label, .lanes .lane-0 { color: var(--lane-0); }
.lane-1 .label, .lanes .lane-1 { color: var(--lane-1); }
.lane-2 .label, .lanes .lane-2 { color: var(--lane-2); }
.lane-3 .label, .lanes .lane-3 { color: var(--lane-3); }
.lane-4 .label, .lanes .lane-4 { color: var(--lane-4); }
.lane-1 .label { grid-column-start: 3; }
.lane-2 .label { grid-column-start: 4; }
.lane-3 .label { grid-column-start: 5; }
.lane-4 .label { grid-column-start: 6; }
.loop-text { color: var(--accent); }
.begin { display: block; margin: 0 0 1rem; }
.possible, .impossible { margin: 0; padding: 0; list-style: none; }
.possible li, .impossible li { padding: .15rem 0; }
.impossible ul { margin: 0; padding-left: 1.4rem; }
.effect { font-size: .9rem; }
.drawing { max-width: 100%; background: #fff; }
.scrolled { overflow-x: auto; }
.pages th, .pages td { overflow-wrap: normal; white-space: nowrap; }
.pages td { border-left: 3px solid var(--raised); }
.page.free { background: var(--free); }
.page.isolated { background: var(--isolated); }
.page.reported { background: var(--reported); }
.page.stable { background: var(--stable); }
.page.unused { background: var(--unused); }
.page.volatile { background: var(--volatile); }
.page.poisoned { background: var(--poisoned); }
.host.discarded {
  background: repeating-linear-gradient(135deg, var(--raised) 0 6px, var(--stable) 6px 8px);
}
.pages .changed { outline: 2px solid var(--accent); outline-offset: -2px; font-weight: 600; }
.values th { width: 30%; }
.filter { margin-bottom: .4rem; }
.leaf { display: inline-block; margin: 0 .9rem .1rem 0; padding: 0 .2rem; border-radius: .2rem; }
.leaf .path { color: var(--quiet); }
.leaf.changed { background: var(--changed); }
.leaf.changed .path { color: inherit; }
.leaf.looked { text-decoration: underline dotted var(--bad); text-underline-offset: .2em; }
.leaf del { color: inherit; }
.leaf ins { font-weight: 600; text-decoration: none; }
tr.changed > th { font-weight: 600; }
tr.changed > th::after { content: " *"; color: var(--bad); }
@media (max-width: 52rem) {
  main { padding: .6rem; }
  .columns { grid-template-columns: minmax(0, 1fr); gap: 0; }
  nav .hint { display: none; }
  .steps ol { max-height: 16rem; }
  .steps li button { grid-template-columns: 2.2rem minmax(0, 1fr); }
  .steps li .label { grid-column: 2 !important; }
  .kind { display: none; }
  .lanes { display: flex; flex-wrap: wrap; gap: .2rem .8rem; }
  .values th { width: 38%; }
}
@media (prefers-reduced-motion: no-preference) {
  .leaf, .page, .host { transition: background-color .15s; }
}
`;
