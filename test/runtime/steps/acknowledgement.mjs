// Who has received what was said.

export const acknowledgement = {
  'acknowledges by itself, and names all who did': async ({ pair }) => {
    const [ada] = await pair()
    const emission = ada.emit('order', { id: 7 }, { requireAck: true, echo: false })
    const told = []
    for await (const { clientID } of emission) told.push(clientID)
    const result = await emission
    return { told, success: result.success, acked: result.acked }
  },

  'carries replies, and refusals': async ({ pair }) => {
    const [ada, grace] = await pair({ ack: 'manual' })
    grace.on('question', (event) => event.ack({ answer: 42 }))
    grace.on('task', (event) => event.nack('busy'))
    const replies = []
    for (const name of ['question', 'task']) {
      for await (const { clientID, ...reply } of ada.emit(name, null, { requireAck: true, echo: false })) {
        replies.push({ clientID, reply: reply.reply, error: reply.error })
      }
    }
    return replies
  },

  'says who stayed silent': async ({ pair }) => {
    const [ada] = await pair({ ack: 'manual' })
    const result = await ada.emit('order', 7, { requireAck: true, echo: false, timeoutMs: 50 })
    const { success, acked, pending, left, error } = result
    return { success, acked, pending, left, error: error.code }
  },
}
