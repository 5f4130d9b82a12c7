/** The layout of the control page: one column on a phone, two where there is room. */
export const CONTROL_STYLE = `
main { max-width: 64rem; margin: 0 auto; display: grid; grid-template-columns: minmax(0, 1fr); gap: 1rem }
header h1 { font-size: 1.5rem; margin: 0 } header p { margin: 0 }
section.card { padding: 1.25rem } section > h2 { margin: 0 0 .75rem; scroll-margin-top: 1rem }
h3 { font-size: .8rem; margin: .75rem 0 .25rem; color: var(--muted); font-weight: 600 }
p { margin: 0 0 .5rem; overflow-wrap: anywhere } small { font-size: .85em }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 22rem), 1fr)); gap: 1rem }
.row { display: flex; flex-wrap: wrap; align-items: center; gap: .5rem; margin: 0 }
.result:focus { outline: 2px solid var(--good); outline-offset: 0 }
.result { margin: 0; padding: .75rem 1rem; border-radius: .75rem; border: 1px solid var(--good); background: var(--good-soft) }
.result.failed { border-color: var(--bad); background: var(--bad-soft) } .result.failed:focus { outline-color: var(--bad) }
.result a { display: inline-block; margin-right: .75rem }
.clock { font-size: 1.1rem } .clock b { font-size: 2rem; line-height: 1.2; font-variant-numeric: tabular-nums; margin-right: .25rem }
button, .button { font-size: .9rem; padding: .35rem .8rem; border-radius: .5rem }
.button { display: inline-block; border: 1px solid var(--line); color: var(--text); text-decoration: none }
.button:hover { border-color: var(--accent); color: var(--accent) }
form { min-width: 0; max-width: 100% }
select, input { font: inherit; font-size: .9rem; min-width: 0; max-width: 100%; padding: .35rem .5rem; border-radius: .5rem;
  border: 1px solid var(--line); background: var(--surface); color: var(--text) }
ul { list-style: none; margin: 0; padding: 0 }
.chips { display: flex; flex-wrap: wrap; gap: .5rem; margin-bottom: .75rem }
.chip { display: flex; align-items: center; gap: .5rem; padding: .2rem .25rem .2rem .75rem; border-radius: 1.25rem;
  background: var(--warn-soft); color: var(--warn); font-size: .9rem; min-width: 0 }
.chip span { min-width: 0 } .chip button { border-radius: 1rem; padding: .1rem .7rem; background: var(--surface) }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 13.5rem), 1fr)); gap: .75rem; margin-top: .75rem }
.tile { display: grid; align-content: start; gap: .15rem; width: 100%; height: 100%; text-align: left; padding: .75rem .9rem; border-radius: .6rem; line-height: 1.4 }
.tile b { font-weight: 600 } .tile span { font-size: .85rem }
.badge { display: inline-block; padding: 0 .55rem; border-radius: 1rem; font-size: .8rem; white-space: nowrap;
  background: var(--soft); color: var(--muted) }
.badge.good { background: var(--good-soft); color: var(--good) }
.badge.warn { background: var(--warn-soft); color: var(--warn) }
.badge.bad { background: var(--bad-soft); color: var(--bad) }
table { width: 100%; border-collapse: collapse; font-size: .9rem }
caption { text-align: left; color: var(--muted); padding: .5rem 0 }
th, td { text-align: left; vertical-align: top; padding: .5rem .75rem .5rem 0; border-top: 1px solid var(--line); overflow-wrap: anywhere }
thead th { border-top: 0; color: var(--muted); font-weight: 600; font-size: .8rem }
tbody th { font-weight: 600 } tbody th span { font-weight: 400 }
td p { margin: 0 }
.log { margin-top: .5rem } .log td:first-child, .log tr > :last-child { width: 1%; white-space: nowrap }
.log td:first-child { color: var(--muted); font-variant-numeric: tabular-nums }
.accesses th[scope=row] { width: 20% } .accesses td:nth-child(3) { width: 8rem } .accesses td:last-child { width: 16rem }
tr.ended th, tr.ended td p { color: var(--muted) }
form + details { margin-top: .75rem } summary { cursor: pointer; padding: .15rem 0 } details + details { margin-top: .35rem }
section > details > summary { font-weight: 600 } section > details[open] > summary { margin-bottom: .5rem }
.more { margin-top: .75rem }
.members { margin: 0; display: grid; gap: .1rem } .members div { display: grid; grid-template-columns: minmax(6rem, 11rem) minmax(0, 1fr); gap: .75rem }
dt { color: var(--muted) } dd { margin: 0 }
fieldset { border: 1px solid var(--line); border-radius: .6rem; margin: 0; padding: .5rem 1rem 1rem; min-width: 0; height: 100% }
legend { padding: 0 .4rem; font-weight: 600; font-size: .9rem }
.fields { display: grid; gap: .6rem; justify-items: start } .fields label { display: grid; gap: .15rem; width: 100%; font-size: .85rem; color: var(--muted) }
.fields select, .fields input { width: 100% }
.scenarios li { display: flex; flex-wrap: wrap; gap: .25rem 1rem; justify-content: space-between; align-items: center;
  padding: .5rem 0; border-top: 1px solid var(--line) }
.scenarios p { margin: 0; flex: 1 1 24rem; min-width: 0 } .scenarios p code { margin-right: .5rem } .scenarios button { font-size: .85rem }
.names { columns: 18rem; column-gap: 2rem } .names li { break-inside: avoid }
@media (max-width: 40rem) {
  body { padding: 1rem .75rem }
  section.card { padding: 1rem }
  .clock b { display: block }
  caption { display: block }
  .log, .log tbody { display: block } .log thead { display: none }
  .log tr { display: grid; grid-template-columns: minmax(0, 1fr) auto; gap: 0 .5rem; border-top: 1px solid var(--line); padding: .4rem 0 }
  .log td, .log td:first-child, .log tr > :last-child { border: 0; padding: 0; width: auto } .log td:nth-child(2) { grid-area: 2 / 1 / 3 / 3 }
  .accesses, .accesses tbody, .accesses tr, .accesses th, .accesses td { display: block; width: auto }
  .accesses thead { display: none }
  .accesses th, .accesses td { border: 0; padding: .15rem 0 } .accesses tr { border-top: 1px solid var(--line); padding: .6rem 0 }
  .accesses th[scope=row], .accesses td:nth-child(n) { width: auto }
  .members div { grid-template-columns: minmax(0, 1fr); gap: 0 } .members { gap: .4rem }
}
`
