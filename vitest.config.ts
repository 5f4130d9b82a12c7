// For editors and a bare `npx vitest`, which look for this name.
export { default } from './vitest.workspace.ts'
