const WORD = 'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft'
const WORKSPACE = `${WORD} & Co. KG, Department of Very Long Names`

/** Names without a place to break them, and names that are whole sentences. */
export const LONG_NAMES = {
  people: [
    {
      name: `Wolfeschlegelsteinhausenbergerdorff-Featherstonehaugh ${WORD}`,
      email: 'w@example.com',
      workspace: WORKSPACE,
    },
  ],
  workspaces: [{ name: WORKSPACE }],
  sites: [
    { name: `${WORD}${WORD}`, workspace: WORKSPACE },
    { name: 'The Site of a Small Bakery That Could Not Decide on a Short Name and So Took All of Them at Once' },
  ],
}
