// Who is there, as the others see it.

const namesOf = (members) => members.map(({ presence }) => presence.name)

export const members = {
  'shows all who are there, oneself first, the others as they joined': async ({ join, until }) => {
    const ada = await join('Ada')
    const grace = await join('Grace')
    const joan = await join('Joan')
    await until(ada, () => ada.others.length === 2)
    await until(grace, () => grace.others.length === 2)
    return [ada, grace, joan].map((channel) => namesOf(channel.members))
  },

  'shows the others a presence that changes': async ({ pair, until }) => {
    const [ada, grace] = await pair()
    ada.presence.update({ typing: true })
    await until(grace, () => grace.others[0].presence.typing)
    grace.presence.set({ name: 'Grace', mood: 'glad ✓' })
    await until(ada, () => ada.others[0].presence.mood)
    return { ada: ada.members.map(({ presence }) => presence), grace: grace.others[0].presence }
  },

  'misses one who leaves': async ({ pair, until }) => {
    const [ada, grace] = await pair()
    grace.close()
    await until(ada, () => ada.others.length === 0)
    return namesOf(ada.members)
  },
}
