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

  'is told who came, changed and left': async ({ join, until }) => {
    const ada = await join('Ada')
    const told = []
    for (const kind of ['join', 'update', 'leave']) {
      ada.on(kind, ({ presence }) => told.push([kind, presence.name, presence.mood]))
    }
    const grace = await join('Grace')
    await until(ada, () => told.length === 1)
    grace.presence.update({ mood: 'glad' })
    await until(ada, () => told.length === 2)
    grace.close()
    await until(ada, () => told.length === 3)
    return told
  },

  'is told after a reconnect what the others did meanwhile': async ({ watched, direct, until, away, back }) => {
    const [ada, grace] = await watched()
    const told = []
    for (const kind of ['join', 'update', 'leave']) ada.on(kind, ({ presence }) => told.push([kind, presence.name]))
    await away(ada)
    await direct('Joan')
    grace.close()
    await back()
    await until(ada, () => ada.status.state === 'open')
    await until(ada, () => ada.others.length === 1 && told.length >= 2)
    return { told: told.sort(), others: namesOf(ada.others) }
  },

  'counts a person once, however many members it is': async ({ pair, direct, until, people }) => {
    const [ada] = await pair()
    await direct('Ada')
    await until(ada, () => ada.others.length === 2)
    return people(ada.members, ({ presence }) => presence.name).map(({ members: all }) => namesOf(all))
  },
}
