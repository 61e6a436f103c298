// What a step has at hand: clients that end with it, a channel of its own, the network's switches, and ways to wait.

/** @param {{ url: string, server: string, control: string, room: string, library: Record<string, Function> }} task */
export function createWorld({ url, server, control, room, library }) {
  const clients = []
  /** Who is whom, in the order in which they were seen: ids differ from run to run. */
  const names = new Map()

  const world = {
    ...library,
    room,
    /** A client of its own, by default one that comes back quickly. */
    client(options = {}) {
      const client = library.createClient({ url, backoff: { minMs: 20, maxMs: 200 }, ...options })
      clients.push(client)
      return client
    },
    /** Resolves with the channel once it is open; who has a name shows it in presence. */
    async join(name, options = {}, clientOptions = {}) {
      const channel = world.client(clientOptions).channel(room, { presence: { name }, ...options })
      await world.until(channel, () => channel.status.state === 'open')
      world.name(channel, name)
      return channel
    },
    name: (channel, name) => void names.set(channel.self.clientID, name),
    /** Who joins so is not behind the door: whatever the network does, this one sees what the server says. */
    direct: (name) => world.join(name, {}, { url: server }),
    /** Ada and Grace, who see each other. */
    async pair(options) {
      const ada = await world.join('Ada', options)
      const grace = await world.join('Grace', options)
      await world.until(ada, () => ada.others.length === 1)
      return [ada, grace]
    },
    /** Ada behind the door, and Grace, who is not. */
    async watched(options) {
      const grace = await world.direct('Grace')
      const ada = await world.join('Ada', options)
      await world.until(grace, () => grace.others.length === 1)
      return [ada, grace]
    },
    /** Whether it opens, be it by its second attempt. */
    async opens(channel) {
      await world.until(channel, () => channel.status.state === 'open' || channel.status.attempt >= 2)
      return channel.status.state === 'open'
    },
    /** Until something is so of a channel. */
    until(channel, isSo) {
      return new Promise((resolve) => {
        const check = () => {
          if (!isSo()) return
          forget()
          resolve(undefined)
        }
        const forget = channel.subscribe(check)
        check()
      })
    },
    /** Collects what a channel hears; `count(n)` resolves with the first n as `pick` sees them. */
    hear(channel, kind = 'event', pick = (event) => event.data) {
      const heard = []
      const waiting = new Set()
      channel.on(kind, (event) => {
        heard.push(pick(event))
        for (const check of waiting) check()
      })
      return {
        heard,
        count: (n) =>
          new Promise((resolve) => {
            const check = () => heard.length >= n && resolve(heard.slice(0, n))
            waiting.add(check)
            check()
          }),
      }
    },
    /** How a promise is rejected, in its code; what is not the library's own has a name. */
    async refused(promise) {
      try {
        return { resolved: await promise }
      } catch (error) {
        const { name, code, status, available, path } = error
        return name === 'WebSocketsError' ? { code, status, available, path } : { name }
      }
    },
    /** `cut`, `stall`, `block-upgrades`, `allow`. */
    async network(command) {
      const response = await fetch(`${control}/${command}`)
      await response.text()
    },
    /** Cuts the connections, and resolves when these channels have noticed. */
    async cut(...channels) {
      // Some are back before the answer is here.
      const lost = channels.map((channel) => world.until(channel, () => channel.status.state === 'reconnecting'))
      await world.network('cut')
      await Promise.all(lost)
    },
    /** Cuts a channel off, and keeps it away until `back()`. */
    async away(channel) {
      await world.network('block-upgrades')
      await world.cut(channel)
    },
    back: () => world.network('allow'),
    /** Rejects when it takes longer; leaves no timer behind. */
    within(ms, promise) {
      let timer
      const late = new Promise((_resolve, reject) => {
        timer = setTimeout(() => reject(new Error(`not over after ${ms} ms`)), ms)
      })
      return Promise.race([promise, late]).finally(() => clearTimeout(timer))
    },
    /** The same in every run: ids are replaced by names. */
    told(detail) {
      let text = JSON.stringify(detail ?? null)
      for (const [id, name] of names) text = text.replaceAll(id, name)
      return JSON.parse(text)
    },
    async leave() {
      for (const client of clients) client.close()
      await world.network('allow')
    },
  }
  return world
}
