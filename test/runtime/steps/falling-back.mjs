// Where no WebSocket can be opened, events and requests do the same.

export const fallingBack = {
  'gets in by events where WebSockets are refused, and does there what it does elsewhere': async (world) => {
    await world.network('block-upgrades')
    return await talk(world, { fallback: world.eventStream })
  },

  'does without WebSockets altogether, when it is told to': (world) =>
    talk(world, { fallback: world.eventStream, WebSocket: false }),

  'is resumed over events as well, and misses nothing': async (world) => {
    const { client, room, hear, opens, direct, cut, until } = world
    const ada = client({ ...byEvents(world), WebSocket: false }).channel(room)
    if (!(await opens(ada))) return { opens: false }
    const before = ada.self.clientID
    const grace = await direct('Grace')
    const ear = hear(ada, 'count')
    for (const n of [1, 2]) await grace.emit('count', n)
    await ear.count(2)
    await world.network('stall')
    for (const n of [3, 4]) await grace.emit('count', n)
    await cut(ada)
    await world.network('allow')
    await until(ada, () => ada.status.state === 'open')
    const { resumed, recovered } = ada.status
    await grace.emit('count', 5)
    return { same: ada.self.clientID === before, resumed, recovered, heard: await ear.count(5) }
  },
}

const byEvents = ({ eventStream }) => ({ fallback: eventStream, connectTimeoutMs: 2_000 })

/** Ada speaks by events, Grace by a WebSocket. */
async function talk(world, options) {
  const { client, room, hear, until, opens, direct, name } = world
  const grace = await direct('Grace')
  const ada = client({ ...byEvents(world), ...options }).channel(room, { presence: { name: 'Ada' } })
  if (!(await opens(ada))) return { opens: false }
  name(ada, 'Ada')
  await until(grace, () => grace.others.length === 1)
  const ears = [ada, grace].map((channel) => hear(channel))

  for (const n of [1, 2, 3]) ada.emit('count', n, { echo: false })
  await ears[1].count(3)
  const asked = await ada.emit('order', 'Ada', { requireAck: true, echo: false })
  const answered = await grace.emit('order', 'Grace', { requireAck: true, echo: false })

  ada.presence.update({ typing: true })
  await until(grace, () => grace.others[0].presence.typing)
  grace.presence.update({ typing: true })
  await until(ada, () => ada.others[0].presence.typing)
  const presences = [grace, ada].map((channel) => channel.others[0].presence)

  ada.close()
  await until(grace, () => grace.others.length === 0)
  return {
    opens: true,
    heard: ears.map(({ heard }) => heard),
    acked: [asked, answered].map((result) => result.acked),
    presences,
  }
}
