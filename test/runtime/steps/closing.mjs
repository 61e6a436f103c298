// The end of a channel, and what is left of it: nothing.

export const closing = {
  'is closed for good, and rejects what waits': async ({ pair, hear, refused }) => {
    const [ada] = await pair({ ack: 'manual' })
    const { heard } = hear(ada, 'status', ({ state, reason }) => [state, reason?.code])
    const pending = refused(ada.emit('order', 7, { requireAck: true }))
    ada.close()
    return {
      heard,
      pending: await pending,
      after: await refused(ada.emit('order', 8)),
      members: ada.members,
    }
  },

  'closes all its channels at once, also one that is still connecting': async ({ client, room, until, network }) => {
    const ada = client()
    const first = ada.channel(room)
    await until(first, () => first.status.state === 'open')
    await network('stall')
    const second = ada.channel(`${room}-second`)
    const before = second.status.state
    // Its attempt is under way by then.
    await network('stall')
    ada.close()
    return { before, after: [first, second].map(({ status }) => status.reason.code) }
  },

  'gives a new channel for a name whose channel was closed': async ({ client, room, until }) => {
    const ada = client()
    const first = ada.channel(room)
    await until(first, () => first.status.state === 'open')
    first.close()
    const second = ada.channel(room)
    // The first may still be there for a moment.
    await until(second, () => second.status.state === 'open' && second.others.length === 0)
    return { same: first === second }
  },

  'is closed by what `using` calls at the end of a block': async ({ client, room, join, hear, refused, until }) => {
    const grace = await join('Grace')
    const left = hear(grace, 'leave', ({ presence }) => presence.name)
    const ada = client()
    const [first, second] = [room, `${room}-second`].map((name) => ada.channel(name, { presence: { name } }))
    await Promise.all([first, second].map((channel) => until(channel, () => channel.status.state === 'open')))
    dispose(first)
    dispose(first)
    const states = [first, second].map(({ status }) => status.state)
    dispose(ada)
    await left.count(1)
    return {
      states,
      after: [first, second].map(({ status }) => status.reason.code),
      emit: await refused(second.emit(1)),
    }
  },
}

/** `using` itself is no syntax yet in most of what this runs in; and an engine without the symbol has `close()`, as ever. */
function dispose(resource) {
  if (Symbol.dispose) resource[Symbol.dispose]()
  else resource.close()
}
