/** The styles of all pages, light and dark, without fonts and images. */
export const STYLESHEET = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif
; --ground: light-dark(#f6f7f9, #14161a); --card: light-dark(#fff, #1d2026); --text: light-dark(#1a1d23, #eceef2)
; --quiet: light-dark(#59606e, #a7aebb); --line: light-dark(#d9dde4, #343944); --accent: light-dark(#2f4cc4, #93a9ff)
; --good: light-dark(#0b6b3f, #6fd3a0); --warn: light-dark(#8a4b00, #f0b35e); --bad: light-dark(#a4261d, #ff9c93) }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text); overflow-wrap: anywhere }
header, main { max-width: 46rem; margin: 0 auto; padding: 1.25rem 1rem }
main { padding-bottom: 4rem }
.brand { display: inline-flex; align-items: center; gap: .6rem; font-weight: 650; color: inherit; text-decoration: none }
h1 { font-size: 1.75rem; line-height: 1.2; margin: .5rem 0 1rem; text-wrap: balance }
h2 { font-size: 1.125rem; line-height: 1.35; margin: 0 }
h3 { font-size: 1rem; margin: 1rem 0 0 }
a { color: var(--accent) }
section { margin-top: 2.5rem }
.lead, .hint, .quiet p { color: var(--quiet) }
.hint { font-size: .875rem; margin: .25rem 0 0 }
.happened { border-radius: .75rem; padding: .85rem 1rem; margin: 0 0 1.25rem; background: var(--card); border: 1px solid var(--good); border-left-width: .35rem }
.happened p { margin: 0 }
.happened .button { margin-top: .75rem }
.happened.bad { border-color: var(--warn) }
article { background: var(--card); border: 1px solid var(--line); border-radius: 1rem; padding: 1.1rem 1.25rem; margin: 0 0 1rem }
.head { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem }
.head h2 { flex: 1 1 12rem; min-width: 0 }
.head .hint { display: block; font-weight: 400 }
.mark { flex: none; font-family: inherit }
.badge { margin: 0; padding: .15rem .7rem; border: 1px solid; border-radius: 2rem; font-size: .875rem; font-weight: 600; color: var(--warn) }
.badge.off { color: var(--quiet) }
.badge.working { color: var(--good) }
.badge.ended, .badge.permission { color: var(--bad) }
.problem { margin: .9rem 0 }
.sites, .platforms, .activity { list-style: none; margin: .35rem 0 0; padding: 0 }
.sites li { padding: .2rem 0; border-bottom: 1px solid var(--line) }
.sites li:last-child { border: 0 }
details, .message .actions { margin-top: .75rem }
summary { cursor: pointer }
.platforms li { display: flex; flex-wrap: wrap; align-items: center; gap: .75rem; padding: .75rem 0; border-top: 1px solid var(--line) }
.platforms li:first-child { border: 0 }
.platforms div { flex: 1 1 11rem; min-width: 0 }
.platforms .hint { display: block }
.activity li { padding: .3rem 0 }
.activity time { color: var(--quiet); font-size: .875rem; margin-right: .5rem }
@media (width < 30rem) { .activity time { display: block } }
.actions { display: flex; flex-wrap: wrap; gap: .75rem; align-items: center }
.button, button { display: inline-block; font: inherit; font-weight: 600; line-height: 1.3; padding: .6rem 1rem; border-radius: .6rem; border: 1px solid var(--line); background: var(--card); color: var(--text); text-decoration: none; cursor: pointer }
.button { background: #2f4cc4; border-color: #2f4cc4; color: #fff }
.button.plain { background: var(--card); border-color: var(--line); color: var(--text) }
button.danger { background: #a4261d; border-color: #a4261d; color: #fff }
.disconnect { margin-top: 1rem }
.asks { display: none }
@supports selector(:popover-open) { .asks { display: inline-block } .asks-elsewhere { display: none } }
[popover] { max-width: min(26rem, calc(100vw - 2rem)); border: 1px solid var(--line); border-radius: 1rem; padding: 1.25rem; background: var(--card); color: var(--text) }
[popover]::backdrop { background: rgb(0 0 0 / 45%) }
[popover] p:first-child { margin-top: 0 }
code { font-size: .875em }
pre { white-space: pre-wrap; padding: .75rem 1rem; border-radius: .6rem; background: var(--ground); border: 1px solid var(--line) }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px }
.happened:focus { outline: none }
`
