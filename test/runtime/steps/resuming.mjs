// Who was away is who it was, and has missed nothing.

export const resuming = {
  'hears each of 60 events once and in order over a cut, as who it was': async (world) => {
    const { watched, hear, until, away, back } = world
    const [ada, grace] = await watched()
    const before = ada.self.clientID
    const ear = hear(ada, 'count')
    const statuses = hear(ada, 'status', ({ state, resumed, recovered }) => ({ state, resumed, recovered }))
    const joins = hear(grace, 'join')
    const leaves = hear(grace, 'leave')
    const count = (from) => Promise.all(numbers(from).map((n) => grace.emit('count', n, { echo: false })))
    await count(0)
    await ear.count(20)
    await away(ada)
    await count(20)
    const others = grace.others.length
    await back()
    await until(ada, () => ada.status.state === 'open')
    await count(40)
    const heard = await ear.count(60)
    // What it says arrives after whatever there was to tell of its way back.
    await ada.emit('back', null, { requireAck: true, echo: false })
    return {
      inOrder: heard.every((n, at) => n === at),
      surplus: ear.heard.length - heard.length,
      same: ada.self.clientID === before,
      open: statuses.heard.find(({ state }) => state === 'open'),
      others,
      told: { join: joins.heard.length, leave: leaves.heard.length },
    }
  },

  'is heard by the others over a cut of its own, each event once': async ({ watched, hear, network }) => {
    const [ada, grace] = await watched()
    const ear = hear(grace, 'count')
    const emissions = []
    for (const from of [0, 20, 40]) {
      emissions.push(...numbers(from).map((n) => ada.emit('count', n)))
      // Some of them are on their way, or their answers are.
      await network('cut')
    }
    const results = await Promise.all(emissions)
    await ada.emit('end', null, { requireAck: true, echo: false })
    return {
      success: results.every(({ success }) => success),
      count: ear.heard.length,
      inOrder: ear.heard.every((n, at) => n === at),
    }
  },

  'acknowledges after it is back what was said while it was away': async ({ watched, away, back }) => {
    const [ada, grace] = await watched()
    await away(ada)
    const emission = grace.emit('order', 7, { requireAck: true, echo: false, timeoutMs: 10_000 })
    await back()
    const { success, acked } = await emission
    return { success, acked }
  },

  'answers after it is back what it had heard before it was cut': async ({ watched, away, back, hear }) => {
    const [ada, grace] = await watched({ ack: 'manual' })
    const ear = hear(ada, 'question', (event) => event)
    const emission = grace.emit('question', null, { requireAck: true, echo: false, timeoutMs: 10_000 })
    const [question] = await ear.count(1)
    await away(ada)
    question.ack({ answer: 42 })
    await back()
    const { success, acked, replies } = await emission
    return { success, acked, replies: Object.values(replies) }
  },
}

const numbers = (from) => Array.from({ length: 20 }, (_, n) => from + n)
