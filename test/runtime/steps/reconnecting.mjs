// The network fails, and what comes of it.

export const reconnecting = {
  'comes back after the connection was cut, and says why it was lost': async ({ pair, until, hear, cut }) => {
    const [ada, grace] = await pair()
    const { heard } = hear(ada, 'status', ({ state, reason }) => [state, reason?.code, reason?.closeCode])
    await cut(ada, grace)
    const ear = hear(ada)
    await Promise.all([ada, grace].map((channel) => until(channel, () => channel.status.state === 'open')))
    await until(ada, () => ada.others.length === 1)
    await grace.emit('back', true)
    return {
      states: heard.slice(0, 3),
      others: ada.others.map(({ presence }) => presence.name),
      heard: await ear.count(1),
    }
  },

  'sends what was emitted meanwhile, once it is back': async ({ join, hear, cut, network }) => {
    const ada = await join('Ada')
    const ear = hear(ada)
    await network('block-upgrades')
    await cut(ada)
    const emissions = [1, 2, 3].map((n) => ada.emit('meanwhile', n))
    await network('allow')
    await Promise.all(emissions)
    return ear.count(3)
  },

  'soon gets in although its first attempts were refused': async ({ client, room, until, network }) => {
    await network('block-upgrades')
    const start = performance.now()
    const channel = client().channel(room)
    await until(channel, () => ['reconnecting', 'open'].includes(channel.status.state))
    await network('allow')
    await until(channel, () => channel.status.state === 'open')
    return { soon: performance.now() - start < 5_000 }
  },

  'gives up an attempt that nobody answers, and makes another': async ({ client, room, until, network }) => {
    await network('stall')
    const channel = client({ connectTimeoutMs: 100 }).channel(room)
    await until(channel, () => channel.status.state === 'reconnecting')
    const { code } = channel.status.reason
    await network('allow')
    await until(channel, () => channel.status.state === 'open')
    return code
  },
}
