// How a changeset stands in a CHANGELOG: in the words of its author, without hashes of commits.

const getReleaseLine = ({ summary }) => `- ${summary.trim().replaceAll(/\n(?=.)/g, '\n  ')}`

const getDependencyReleaseLine = (_changesets, dependencies) =>
  dependencies.map(({ name, newVersion }) => `- Needs ${name} ${newVersion}.`).join('\n')

export default { getReleaseLine, getDependencyReleaseLine }
