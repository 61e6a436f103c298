// The first moments of a channel.

export const connecting = {
  'connects when it is asked to, and is open': async ({ client, room, hear, until }) => {
    const channel = client().channel(room, { connect: false })
    const before = channel.status.state
    const { heard } = hear(channel, 'status', ({ state }) => state)
    channel.connect()
    await until(channel, () => channel.status.state === 'open')
    return { before, heard, hasID: channel.self.clientID === channel.status.clientID }
  },

  'brings the presence it was created with': async ({ join }) => {
    const ada = await join('Ada')
    return { self: ada.self.presence, members: ada.members.map(({ presence }) => presence.name) }
  },

  'gives the same channel for the same name': ({ client, room }) => {
    const ada = client()
    return Promise.resolve(ada.channel(room) === ada.channel(room))
  },
}
