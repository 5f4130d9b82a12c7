/** The styles of the dashboard, light and dark, without fonts or images. */
export const STYLESHEET = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; --line: color-mix(in srgb, currentColor 18%, transparent) }
* { box-sizing: border-box }
body { margin: 0 auto; padding: 3rem 1.5rem; max-width: 44rem }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 }
header p { margin: .5rem 0 2.5rem; opacity: .75 }
section { border-top: 1px solid var(--line); padding: 1rem 0 .5rem }
h2 { font-size: 1.25rem; margin: 0 }
.hint { margin: 0 0 1rem; opacity: .75 }
article { border: 1px solid var(--line); border-radius: .75rem; padding: 1rem 1.25rem; margin: 0 0 1rem }
h3 { font-size: 1rem; margin: 0 }
ul { margin: .5rem 0; padding-left: 1.25rem }
.scopes { font-size: .875rem; opacity: .75; margin: .5rem 0 }
.problem { border-left: 3px solid #c2410c; padding-left: .75rem }
.button, button { display: inline-block; font: inherit; padding: .5rem 1rem; border-radius: .5rem; border: 1px solid var(--line); text-decoration: none; cursor: pointer }
.button { background: #146ef5; border-color: #146ef5; color: #fff }
button { background: none; color: inherit }
:focus-visible { outline: 3px solid #146ef5; outline-offset: 2px }
`
