// Members with sessions through random losses, resumes and races: what each has heard in the end is what there was for it.
import type { MockMember } from '@websockets.do/server-core/mock'
import { describe, expect, it } from 'vitest'
import { post } from '../support/requests'
import { joinWithSession, tokenOf } from '../support/session'
import { createWorld } from '../support/world'

/** A user's side of a session: its connections, and all that it has heard by them. */
class User {
  member: MockMember
  attempt = 0
  readonly clientID: string
  readonly heard: unknown[] = []
  readonly expected: unknown[] = []
  #position: string
  readonly #owed: string[] = []

  constructor(member: MockMember) {
    this.member = member
    this.clientID = member.clientID
    this.#position = ''
  }

  /** Takes what has come, and acknowledges it: at once, or when it is told that this did not arrive. */
  read(): void {
    const { epoch, seq } = this.member.last('CONNECTED')?.payload ?? {}
    if (this.#position === '' && epoch) this.#position = `${epoch}:${seq}`
    for (const frame of this.member.of('DATA')) {
      if (Number(frame['seq']) <= Number(this.#position.split(':')[1])) continue
      this.heard.push(frame.payload)
      this.#position = `${epoch}:${frame['seq']}`
      if (frame['requires_ack']) this.#owed.push(frame['eventID'])
    }
    for (const eventID of [...this.#owed.splice(0), ...(this.member.last('CONNECTED')?.payload.awaiting ?? [])]) {
      if (this.member.socket.readyState === 1) this.member.ack(eventID)
      else this.#owed.push(eventID)
    }
  }

  get query(): string {
    return `session=${tokenOf(this.member)}&since=${this.#position}&attempt=${++this.attempt}`
  }
}

describe('a storm of losses', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])(
    'leaves nobody without what was for it, twice, or gone: seed %i [RS-2, RS-3, RS-6, RS-9, I3, I4, I7]',
    async (seed) => {
      const world = createWorld({ seed, history: { maxEvents: 5_000 } })
      const { random } = world
      const watcher = await world.connect('room', { autoAck: true })
      const users: User[] = []
      for (let n = 0; n < 5; n++) users.push(new User(await joinWithSession(world)))
      for (const user of users) user.read()
      const emits: ReturnType<typeof world.pending>[] = []
      for (let step = 0; step < 150; step++) {
        const user = users[Math.floor(random() * users.length)]!
        const dice = random()
        if (dice < 0.35) {
          for (const each of users) each.expected.push(step)
          emits.push(world.pending('/room/emit?require-ack=true&_timeout=60000', post(step)))
        } else if (dice < 0.5) {
          user.expected.push(step)
          emits.push(world.pending(`/room/emit?clients=${user.clientID}&require-ack=true&_timeout=60000`, post(step)))
        } else if (dice < 0.65) user.member.network.dropAfter(Math.floor(random() * 3), { how: 'sever' })
        else if (dice < 0.75) user.member.network.sever()
        else if (dice < 0.8) user.member.close(4000)
        if (random() < 0.7) await world.settled()
        if (random() < 0.2) await world.advance('2s')
        for (const each of users) {
          each.read()
          const isOpen = each.member.socket.readyState === 1
          // Some come back before the server has noticed that they were gone.
          if (isOpen && random() > 0.03) continue
          const back = await world.connect('room', { query: each.query })
          if (back.last('CONNECTED')) each.member = back
        }
      }
      for (const user of users) user.member.network.sever()
      await world.settled()
      for (const user of users) {
        const back = await world.connect('room', { query: user.query })
        expect(back.last('CONNECTED')!.payload).toMatchObject({ resumed: true, recovered: true })
        user.member = back
        user.read()
      }
      await world.settled()
      for (const user of users) expect([user.member.clientID, user.heard]).toEqual([user.clientID, user.expected])
      for (const { answer } of emits) expect(answer).toMatchObject({ status: 200, body: { success: true } })
      expect(watcher.of('PRESENCE:LEFT')).toEqual([])
      expect(watcher.of('PRESENCE:JOINED')).toHaveLength(users.length)
      expect(world.members('room')).toHaveLength(users.length + 1)
      expect(world.clock.pending).toBe(1)
    },
  )
})
