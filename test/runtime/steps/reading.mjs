// What was said, read at leisure: later, or one by one.

export const reading = {
  'reads the history': async ({ client, room }) => {
    const ada = client()
    for (const n of [1, 2, 3]) await ada.publish(room, { event: 'news', data: n })
    const channel = ada.channel(room, { connect: false })
    const { epoch, history } = await channel.history({ limit: 2 })
    return { hasEpoch: typeof epoch === 'string', history: history.map(({ payload }) => payload) }
  },

  'is given the last events on joining, before the new ones': async ({ client, room, hear, until }) => {
    const ada = client()
    for (const n of [1, 2, 3]) await ada.publish(room, { event: 'news', data: n })
    const late = client().channel(room, { rewind: 2, connect: false })
    const ear = hear(late)
    late.connect()
    await until(late, () => late.status.state === 'open')
    await ada.publish(room, { event: 'news', data: 4 })
    return ear.count(3)
  },

  'reads events one by one, until a signal ends it': async ({ pair }) => {
    const [ada, grace] = await pair()
    const enough = new AbortController()
    const read = []
    const events = grace.events({ signal: enough.signal })
    for (const n of [1, 2, 3]) await ada.emit('count', n)
    for await (const event of events) {
      read.push(event.data)
      if (read.length === 3) enough.abort()
    }
    return read
  },

  'stops reading when the loop is left, and when the channel closes': async ({ pair }) => {
    const [ada, grace] = await pair()
    const read = []
    const first = grace.events()
    await ada.emit('count', 1)
    for await (const { data } of first) {
      read.push(data)
      break
    }
    const second = grace.events()
    await ada.emit('count', 2)
    for await (const { data } of second) {
      read.push(data)
      grace.close()
    }
    return read
  },
}
