// What is said, and who hears it.

const numbers = Array.from({ length: 100 }, (_, n) => n)

export const emitting = {
  'delivers 100 named events each way, in order': async ({ pair, hear }) => {
    const channels = await pair()
    const ears = channels.map((channel) => hear(channel, 'count'))
    for (const channel of channels) for (const n of numbers) channel.emit('count', n, { echo: false })
    const heard = await Promise.all(ears.map(({ count }) => count(100)))
    return heard.map((all) => ({ count: all.length, inOrder: all.every((n, at) => n === at) }))
  },

  'tells named events from bare payloads, and says who sent them': async ({ pair, hear }) => {
    const [ada, grace] = await pair()
    const everything = hear(grace, 'event', ({ name, data, payload, from }) => ({ name, data, payload, from }))
    const bare = hear(grace, 'data', ({ data }) => data)
    await ada.emit('wave', { hard: true })
    await ada.emit({ text: 'Grüße, 世界 👋' })
    await ada.emit([1, null, 'two'])
    return { everything: await everything.count(3), bare: await bare.count(2) }
  },

  'reaches only those it is meant for': async ({ join, hear }) => {
    const [ada, grace, joan] = [await join('Ada'), await join('Grace'), await join('Joan')]
    const ears = [ada, grace, joan].map((channel) => hear(channel))
    const { recipients } = await ada.emit('secret', 1, { clients: [grace.self.clientID] })
    await ada.emit('secret', 2, { echo: false })
    await ada.emit('end', 3)
    await Promise.all([ears[0].count(1), ears[1].count(3), ears[2].count(2)])
    return { recipients, heard: ears.map(({ heard }) => heard) }
  },

  'publishes over HTTP, without listening': async ({ client, room, join, hear }) => {
    const ada = await join('Ada')
    const ear = hear(ada, 'event', ({ name, data, from }) => ({ name, data, fromNobody: from === undefined }))
    const other = client()
    const first = await other.publish(room, { event: 'deploy', data: { version: 7 } }, { requireAck: true })
    const eventID = `evt_${room}-0123456789abcdef`
    const again = [
      await other.publish(room, 'once', { eventID }),
      await other.publish(room, 'once', { eventID }),
      await other.publish(room, 'end'),
    ]
    return {
      success: first.success,
      acked: first.acked,
      again: again.map(({ recipients }) => recipients),
      heard: await ear.count(3),
    }
  },

  'tells by a code why an emit is refused': async ({ client, room, join, refused }) => {
    const ada = await join('Ada')
    return {
      emitted: await refused(ada.emit('job', 1, { clients: 7 })),
      published: await refused(client().publish(room, 1, { clients: 7 })),
      tooLarge: await refused(ada.emit({ text: 'x'.repeat(70_000) })),
      notJSON: await refused(ada.emit('wave', () => {})),
      badID: await refused(ada.emit('wave', 1, { eventID: 'short' })),
    }
  },
}
