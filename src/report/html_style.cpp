#include "report/html_style.hpp"

namespace ci::report {

std::string_view html_style() {
  return R"css(
:root {
  color-scheme: light dark;
  --ground: #fafaf8; --sheet: #ffffff; --ink: #1b1f24; --quiet: #5a626b; --line: #dfe2e6; --track: #eceef0;
  --good: #17714a; --bad: #b3261e; --odd: #8a5700; --calm: #5a626b; --link: #1d55b8;
  --caches: #2f6fb0; --packages: #5b5fc7; --build: #a2478f; --smoke: #17714a; --saving: #7d6a3c;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #101317; --sheet: #171b21; --ink: #e7eaee; --quiet: #a3abb5; --line: #2c333c; --track: #232930;
    --good: #63cc95; --bad: #ff8f86; --odd: #e8b64c; --calm: #a3abb5; --link: #8fb6ff;
    --caches: #6aa9ea; --packages: #9a9df5; --build: #df8bcb; --smoke: #63cc95; --saving: #c9b27a;
  }
}
* { box-sizing: border-box; }
html { font: 100%/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; -webkit-text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); overflow-wrap: anywhere; }
main, footer { max-width: 60rem; margin: 0 auto; padding: 0 clamp(1rem, 4vw, 2.5rem); }
main { padding-top: clamp(1rem, 4vw, 2.5rem); }
footer { padding-top: 1.5rem; padding-bottom: 3rem; color: var(--quiet); font-size: .85rem; }
h1, h2, h3 { line-height: 1.25; text-wrap: balance; }
h1 { font-size: clamp(1.2rem, 1.05rem + .9vw, 1.6rem); font-weight: 600; line-height: 1.35; margin: .4rem 0 1.1rem; }
h2 { font-size: 1.2rem; font-weight: 650; margin: 0 0 .9rem; scroll-margin-top: 1rem; }
h3 { font-size: 1rem; font-weight: 600; margin: 1.5rem 0 .5rem; }
p { margin: 0 0 .75rem; }
a { color: var(--link); text-underline-offset: .15em; }
:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; border-radius: 2px; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace; font-size: .875em; }
pre { background: var(--sheet); border: 1px solid var(--line); border-radius: 8px; padding: .9rem 1rem; margin: 0 0 1rem;
  white-space: pre-wrap; max-height: 30rem; overflow: auto; line-height: 1.5; }
.note { color: var(--quiet); font-size: .85rem; }
.skip { position: absolute; left: -99rem; }
.skip:focus { left: 1rem; top: .5rem; background: var(--sheet); padding: .4rem .8rem; z-index: 1; }
.shapes { position: absolute; }

.good { --tone: var(--good); } .bad { --tone: var(--bad); } .odd { --tone: var(--odd); } .calm { --tone: var(--calm); }
.filled { fill: var(--tone); } .dot { fill: var(--sheet); } .ground { fill: var(--tone); }
.drawn { fill: none; stroke: var(--tone); stroke-width: 2.2; stroke-linecap: round; stroke-linejoin: round; }
.inner { fill: none; stroke: var(--sheet); stroke-width: 1.8; stroke-linecap: round; stroke-linejoin: round; }
.hatch { stroke: var(--quiet); stroke-width: 1.2; }
.mark { display: inline-flex; align-items: center; gap: .35rem; white-space: nowrap; font-size: .9rem; }
.shape { width: 1em; height: 1em; flex: none; }

.verdict { background: var(--sheet); border: 1px solid var(--line); border-top: 4px solid var(--tone); border-radius: 10px;
  padding: clamp(1rem, 3vw, 2rem); }
.place { color: var(--quiet); font-size: .9rem; margin-bottom: .4rem; }
.verdict > .mark { color: var(--tone); font-weight: 600; text-transform: capitalize; }
dl { margin: 0; } dt { color: var(--quiet); font-size: .8rem; } dd { margin: 0; }
.facts { display: flex; flex-wrap: wrap; gap: .6rem 2rem; font-size: .9rem; }
.places { flex-direction: column; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(8rem, 1fr)); gap: 1rem 1.5rem; margin-top: 1.5rem;
  padding-top: 1.25rem; border-top: 1px solid var(--line); }
.figures strong { display: block; font-size: 1.35rem; font-weight: 600; font-variant-numeric: tabular-nums; line-height: 1.3; }

nav ul { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1.1rem; margin: 1.25rem 0 0; padding: 0; font-size: .85rem; }
nav a { display: inline-block; padding: .25rem 0; }
section { margin-top: clamp(2rem, 5vw, 3.25rem); }

.problems { list-style: none; margin: 0; padding: 0; display: grid; gap: .75rem; }
.problems li { background: var(--sheet); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 8px;
  padding: .9rem 1.1rem; }
.problems p { margin: 0 0 .35rem; } .problems p:last-child { margin: 0; }
.problems .mark { color: var(--tone); font-weight: 600; margin-right: .5rem; text-transform: capitalize; }

.pipeline { display: flex; align-items: center; gap: 1rem; }
.jobs { list-style: none; margin: 0; padding: 0; display: grid; gap: .6rem; flex: 1 1 0; min-width: 0; }
.job { background: var(--sheet); border: 1px solid var(--line); border-left: 4px solid var(--tone); border-radius: 8px;
  padding: .6rem .9rem; display: grid; gap: .15rem; }
.here { flex: 1 1 0; min-width: 0; border-width: 2px 2px 2px 4px; }
.arrow { width: 2.5rem; height: 1rem; flex: none; fill: none; stroke: var(--quiet); stroke-width: 2; stroke-linecap: round; stroke-linejoin: round; }

.timeline, .chart { display: block; overflow: visible; margin: 0 0 .75rem; }
svg text { font-size: 13px; fill: var(--ink); }
svg .end { text-anchor: end; font-variant-numeric: tabular-nums; fill: var(--quiet); }
.track { fill: var(--track); }
.bar { fill: var(--bar); stroke: var(--bar); stroke-width: 1; }
.bar.caches { --bar: var(--caches); } .bar.packages { --bar: var(--packages); } .bar.build { --bar: var(--build); }
.bar.smoke { --bar: var(--smoke); } .bar.saving { --bar: var(--saving); } .bar.other { --bar: var(--quiet); }
.bar.elsewhere, .bar.skipped { fill: url(#hatch); stroke: var(--quiet); }
.bar.good { --bar: var(--good); } .bar.prefix { fill: url(#dots); stroke: var(--good); }
.bar.miss { fill: var(--sheet); stroke: var(--odd); }
.grid { stroke: var(--line); } .stem { stroke: var(--line); stroke-width: 1.5; } .stem.newest { stroke: var(--quiet); }
.median { stroke: var(--link); stroke-width: 1.5; stroke-dasharray: 6 4; }
svg .scale { font-size: 12px; fill: var(--quiet); text-anchor: end; }
.chart, .chart + .ends { margin-left: 4.25rem; width: calc(100% - 4.25rem); }
figure { margin: 1.25rem 0; } figcaption { font-weight: 600; margin-bottom: .5rem; }
.ends { display: flex; justify-content: space-between; margin: -.25rem 0 .5rem; }
.legend { list-style: none; margin: 0 0 .6rem; padding: 0; display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .85rem; }
.legend li { display: inline-flex; align-items: center; gap: .35rem; }
.swatch { width: 1.5rem; height: .7rem; flex: none; }

.scroll { overflow-x: auto; margin: 0 0 .75rem; }
table { border-collapse: collapse; width: 100%; font-size: .9rem; }
caption { text-align: left; color: var(--quiet); font-size: .85rem; padding-bottom: .5rem; }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); font-weight: 400; }
thead th { color: var(--quiet); font-size: .8rem; border-bottom-width: 2px; white-space: nowrap; }
th:last-child, td:last-child { padding-right: 0; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
.number + td:not(.number), .number + th:not(.number) { padding-left: 1.5rem; }
.cost { color: var(--bad); }
.tag { color: var(--quiet); font-size: .8rem; }
tbody strong { font-weight: 600; }
summary { cursor: pointer; padding: .4rem 0; color: var(--link); width: fit-content; }
details[open] > summary { margin-bottom: .5rem; }

@media (max-width: 34rem) {
  .pipeline { flex-direction: column; align-items: stretch; gap: .6rem; }
  .arrow { transform: rotate(90deg); margin: .5rem auto; }
  table, thead, tbody, caption { display: block; }
  tr { display: grid; grid-template-columns: repeat(var(--values), minmax(0, 1fr)); gap: .1rem .5rem; padding: .55rem 0;
    border-bottom: 1px solid var(--line); }
  thead tr { border-bottom-width: 2px; padding-top: 0; }
  th, td, .number { padding: 0; border: 0; white-space: normal; }
  th:first-child { grid-row: 1; grid-column: 1 / -1; }
  tr > :not(:first-child) { grid-row: 2; }
  .number + td:not(.number), .number + th:not(.number) { padding-left: 0; }
}
@media (forced-colors: active) {
  :root { --line: CanvasText; --track: Canvas; --quiet: CanvasText; --sheet: Canvas; --good: CanvasText; --bad: CanvasText;
    --odd: CanvasText; --calm: CanvasText; --caches: CanvasText; --packages: CanvasText; --build: CanvasText;
    --smoke: CanvasText; --saving: CanvasText; --link: LinkText; }
  .track { stroke: CanvasText; }
}
@media print {
  body { background: none; }
  nav, .skip { display: none; }
  section, .problems li, tr { break-inside: avoid; }
  pre { max-height: none; }
}
)css";
}

}  // namespace ci::report
