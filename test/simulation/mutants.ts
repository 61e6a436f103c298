// Faults to be put into the core, one at a time: a simulation that does not find them finds nothing.
import { Awaited } from '../../packages/server-core/src/core/awaited'
import { Channel } from '../../packages/server-core/src/core/channel'
import { History } from '../../packages/server-core/src/core/history'
import { Member } from '../../packages/server-core/src/core/member'
import { MemberConnection } from '../../packages/server-core/src/core/member-connection'
import { Stream } from '../../packages/server-core/src/core/stream'
import { Authorizer } from '../../packages/server-core/src/authorizer'
import { type Method, type Mutant, patch } from './mutant'

/** True each nth time. */
function every(nth: number): () => boolean {
  let count = 0
  return () => ++count % nth === 0
}

/** What goes wrong with a frame of that type, each nth time that one is sent. */
function frames(
  type: string,
  nth: number,
  wrong: (send: Method, member: Member, ...args: any[]) => unknown,
): () => void {
  const isDue = every(nth)
  return patch(
    Member,
    'send',
    (send) =>
      function (sent, tail) {
        return sent === type && isDue() ? wrong(send, this, sent, tail) : send.call(this, sent, tail)
      },
  )
}

/** What goes wrong with the answer to an emit that awaits acknowledgements. */
function answers(wrong: (result: any) => object): () => void {
  return patch(
    Stream,
    'settle',
    (settle) =>
      function (event, result, done) {
        return settle.call(this, event, result.acked?.length > 0 || result.error ? wrong(result) : result, done)
      },
  )
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'one PRESENCE:LEFT is not sent',
    breaks: ['I8', 'I7', 'I6'],
    put: () => frames('PRESENCE:LEFT', 4, () => undefined),
  },
  {
    name: 'LEFT names the wrong member',
    breaks: ['I7', 'I8'],
    put: () =>
      frames('PRESENCE:LEFT', 4, (send, member, type) => {
        const text = `"eventID":"evt_wrong","payload":{"clientID":"${member.clientID}"}}`
        return send.call(member, type, { text, bytes: text.length })
      }),
  },
  {
    name: 'LEFT is sent twice',
    breaks: ['I7'],
    put: () =>
      frames('PRESENCE:LEFT', 4, (send, member, ...args) => [send.apply(member, args), send.apply(member, args)][1]),
  },
  {
    name: 'a presence update does not reach one',
    breaks: ['I8', 'I6'],
    put: () => frames('PRESENCE:UPDATED', 5, () => undefined),
  },
  {
    name: 'one DATA is sent twice',
    breaks: ['I3'],
    put: () => frames('DATA', 10, (send, member, ...args) => [send.apply(member, args), send.apply(member, args)][1]),
  },
  {
    name: 'one DATA in the middle is lost',
    breaks: ['I3', 'I4', 'I9'],
    put: () => frames('DATA', 10, () => undefined),
  },
  {
    name: 'two events change places',
    breaks: ['I2', 'I1', 'I3'],
    put() {
      const kept = new WeakMap<Member, any[]>()
      const isDue = every(6)
      return patch(
        Member,
        'send',
        (send) =>
          function (type, tail) {
            const before = kept.get(this)
            if (type !== 'DATA') return send.call(this, type, tail)
            if (!before && isDue()) return void kept.set(this, [type, tail])
            kept.delete(this)
            const fault = send.call(this, type, tail)
            return before ? send.apply(this, before) : fault
          },
      )
    },
  },
  {
    name: 'a snapshot leaves everybody out',
    breaks: ['I8', 'I7'],
    put: () =>
      patch(
        Member,
        'replay',
        (replay) =>
          function (type, { text }) {
            const without = text.replace(/"members":\[.*?\],"presence"/, '"members":[],"presence"')
            return replay.call(this, type, { text: without, bytes: without.length })
          },
      ),
  },
  {
    name: 'who has closed stays a member',
    breaks: ['I7', 'I8'],
    put() {
      const isDue = every(3)
      return patch(
        Channel,
        'lost',
        (lost) =>
          function (...args) {
            return isDue() ? undefined : lost.apply(this, args)
          },
      )
    },
  },
  {
    name: 'one ACK is forgotten',
    breaks: ['I9'],
    put() {
      const isDue = every(5)
      return patch(
        Channel,
        'ack',
        (ack) =>
          function (...args) {
            return isDue() || ack.apply(this, args)
          },
      )
    },
  },
  {
    name: 'one ACK is counted twice',
    breaks: ['I9'],
    put: () => answers((result) => ({ ...result, acked: [...result.acked, ...result.acked.slice(0, 1)] })),
  },
  {
    name: 'an ACK counts for somebody else too',
    breaks: ['I9'],
    put: () =>
      patch(
        Awaited,
        'leave',
        () =>
          function (clientID) {
            this.ack(clientID, {})
          },
      ),
  },
  {
    name: 'the answer names somebody who is not there',
    breaks: ['I9'],
    put: () => answers((result) => ({ ...result, acked: [...result.acked.slice(1), 'client_of_nobody'] })),
  },
  {
    name: '408 is reported as 200',
    breaks: ['I9'],
    put: () => answers((result) => ({ ...result, success: true, error: undefined })),
  },
  {
    name: 'an answer is given twice',
    breaks: ['I9'],
    put: () =>
      patch(
        Channel,
        'send',
        (send) =>
          function (member, type, payload) {
            send.call(this, member, type, payload)
            if (type === 'EMITTED') send.call(this, member, type, payload)
          },
      ),
  },
  {
    name: 'the timer of an answered emit is not cleared',
    breaks: ['I10'],
    put: () =>
      patch(
        Stream,
        'awaitAcks',
        (awaitAcks) =>
          function (event, ...args) {
            awaitAcks.call(this, event, ...args)
            if (event.awaited) event.awaited = { ...event.awaited, stop: () => undefined }
          },
      ),
  },
  {
    name: 'one event does not get into the history',
    breaks: ['I4', 'I3'],
    put() {
      const isDue = every(5)
      return patch(
        History,
        'append',
        (append) =>
          function (...args) {
            return isDue() ? undefined : append.apply(this, args)
          },
      )
    },
  },
  {
    name: 'history() hands out addressed events and drops every other one',
    breaks: ['I18', 'I4'],
    put: () =>
      patch(
        Channel,
        'history',
        () =>
          function (limit) {
            const all: unknown[] = this.stream.history.all()
            const { epoch, seq } = this.stream
            return { epoch, seq, history: all.slice(-limit).filter((_, at) => at % 2 === 0) }
          },
      ),
  },
  {
    name: 'two emits of one member change places',
    breaks: ['I1'],
    put() {
      const kept = new WeakMap<object, unknown>()
      return patch(
        MemberConnection,
        'receive',
        (receive) =>
          function (data) {
            const before = kept.get(this)
            kept.delete(this)
            if (before === undefined && String(data).startsWith('{"type":"EMIT"')) return void kept.set(this, data)
            receive.call(this, data)
            if (before !== undefined) receive.call(this, before)
          },
      )
    },
  },
  {
    name: 'who was refused is let in',
    breaks: ['I18'],
    put: () =>
      patch(
        Authorizer,
        'decide',
        (decide) =>
          async function (ask) {
            const decision = await decide.call(this, ask)
            return decision.ok || ask.action !== 'listen' ? decision : { ok: true, grant: {} }
          },
      ),
  },
  {
    name: 'what waits for a slow reader is not bounded',
    breaks: ['I10'],
    put: () =>
      patch(
        Member,
        'send',
        () =>
          function (type, tail) {
            return this.replay(type, tail)
          },
      ),
  },
  {
    name: 'somebody is left out by real chance',
    breaks: ['I16', 'I3'],
    put: () =>
      frames('PING', 2, (send, member, ...args) => (Math.random() < 0.5 ? send.apply(member, args) : undefined)),
  },
]
