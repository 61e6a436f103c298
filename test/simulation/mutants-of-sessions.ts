// Faults in how a session keeps a place and gives it back, to be put into the core one at a time.
import { Arrivals } from '../../packages/server-core/src/core/arrivals'
import { Audience } from '../../packages/server-core/src/core/audience'
import { History } from '../../packages/server-core/src/core/history'
import { type Mutant, patch } from './mutant'

export const SESSION_MUTANTS: readonly Mutant[] = [
  {
    name: 'who loses its connection has no grace',
    breaks: ['I7'],
    put: () =>
      patch(
        Audience,
        'lose',
        () =>
          function (...args) {
            return this.remove(...args)
          },
      ),
  },
  {
    name: 'who does not come back stays for ever',
    breaks: ['I7', 'I6'],
    put: () => patch(Audience, 'expire', () => () => undefined),
  },
  {
    name: 'nobody hears of it when a grace is over',
    breaks: ['I8', 'I6', 'I7'],
    put: () =>
      patch(
        Audience,
        'expire',
        (expire) =>
          function () {
            this.announce = () => undefined
            expire.call(this)
            delete this.announce
          },
      ),
  },
  {
    name: 'an older attempt takes over from a newer one',
    breaks: ['I14'],
    put: () =>
      patch(
        Arrivals,
        'come',
        (come) =>
          function (line, { session, ...options }) {
            const { attempt: _, ...rest } = session ?? {}
            return come.call(this, line, session ? { ...options, session: rest } : options)
          },
      ),
  },
  {
    name: 'a session is somebody else’s',
    breaks: ['I18', 'I7', 'I14'],
    put: () =>
      patch(
        Audience,
        'bySession',
        (bySession) =>
          function (token) {
            return bySession.call(this, token) ?? [...this.away][0]
          },
      ),
  },
  {
    name: 'who comes back is given nothing of what it missed',
    breaks: ['I3', 'I4'],
    put: () =>
      patch(
        History,
        'since',
        (since) =>
          function (seq) {
            return since.call(this, seq) && []
          },
      ),
  },
  {
    name: 'who comes back is given what was for others',
    breaks: ['I18'],
    put: () =>
      patch(
        History,
        'since',
        (since) =>
          function (seq) {
            return since.call(this, seq)?.map((event: object) => ({ ...event, addressees: undefined }))
          },
      ),
  },
  {
    name: 'who comes back is given the rest of what is there, and told that it is all',
    breaks: ['I4', 'I3', 'I5'],
    put: () =>
      patch(
        History,
        'since',
        () =>
          function (seq) {
            return this.all().filter((event: { seq: number }) => event.seq > seq)
          },
      ),
  },
]
