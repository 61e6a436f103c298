// One channel as components use it: opened for the first of them, closed a while after the last, and what they are shown of it.
import type { Channel, ChannelOptions, Snapshot, Status, WebSocketsError } from '@websockets.do/client'
import type { Contract } from '@websockets.do/client/contract'
import type { Registry } from './registry'

/** Null means no channel: nothing is opened, and what is shown is idle. */
export type Name = string | null

/** What a component would like the channel to be opened with. */
export interface Wanted extends ChannelOptions {
  readonly contract?: Contract | undefined
}

/** To the channel that there is; the result undoes that. */
export type Attach = (channel: Channel | undefined, status: Status) => (() => unknown) | undefined

/** What a channel begins with where a server has rendered it. */
export interface Initial {
  readonly snapshot: Snapshot
  /** What is shown of it later. */
  show(next: Snapshot): Snapshot
}

export interface Entry {
  /** What a server rendered, until the channel has been left. */
  initial: Initial | undefined
  /** The position that the channel was last opened at, if there was one. */
  since?: string | undefined
  /** What is shown: the same object until that changes. */
  snapshot(): Snapshot
  /** A box, read when the channel is opened; the result takes it back. */
  want(box: { readonly current: Wanted }): () => void
  /** Of what several components want, each option counts that comes first. */
  wanted(): Wanted
  /** Opens the channel, if it can be, and keeps it until the result is called, which undoes what `attach` did. `listener` is told of what is shown. */
  hold(attach?: Attach, listener?: () => void): () => void
  /** Where it was closed: opens it anew, for all that hold it. */
  reopen(): void
  /** Does something with the channel, which is kept until that is done; what one presents is shown at once. Throws where there can be no channel. */
  use<R>(act: (channel: Channel) => R): R
}

/** What a channel looks like before it is opened. */
export const idle: Snapshot = {
  status: { state: 'idle' },
  members: [],
  others: [],
  self: undefined,
  presence: {},
  latency: 0,
}

/** `gone` is called when nothing is left to be kept. */
export function createEntry(registry: Registry, name: Name, gone: () => void): Entry {
  const { client, listeners: everywhere } = registry
  const { clock } = client
  const wishes = new Set<{ readonly current: Wanted }>()
  let channel: Channel | undefined
  /** Lets go of the channel, and closes it unless somebody else had opened it. */
  let leave: (() => void) | undefined
  /** Where there can be no channel: of an impossible name, or without a server to connect to. */
  let refused: Snapshot | undefined
  let shown: Snapshot | undefined
  /** Of each that holds it: what attaches it to the channel that there is, and who is told of what is shown. */
  const holders = new Map<() => void, (() => void) | undefined>()
  let cancelEnd: (() => void) | undefined
  let cancelShow: (() => void) | undefined
  /** When a change may be shown that comes next, were there no credit. */
  let dueAt = 0

  const latest = (): Snapshot => channel?.snapshot() ?? refused ?? idle
  const isClosed = (): boolean => latest().status.state === 'closed'

  function open(): Channel {
    if (channel) return channel
    const { contract, connect = true, ...options } = entry.wanted()
    const asked = { ...options, connect: false }
    // No name is as bad as one that can't be.
    const opened = client.channel(name ?? '', (contract ?? asked) as Contract, asked)
    const isOurs = opened.status.state === 'idle'
    const off = opened.subscribe(changed)
    leave = () => {
      channel = leave = entry.initial = undefined
      off()
      if (isOurs) opened.close()
    }
    if (connect) opened.connect()
    channel = opened
    entry.since = isOurs ? options.since : undefined
    changed()
    return opened
  }

  function tryToOpen(): void {
    try {
      open()
    } catch (error) {
      leave?.()
      if (name !== null) refused = { ...idle, status: { state: 'closed', reason: error as WebSocketsError } }
      changed()
    }
  }

  /** A tick's changes are shown together, and after a second's worth of frames no more often than there are frames. */
  function changed(): void {
    if (!holders.size && isClosed()) return end()
    cancelShow ??= clock.after(dueAt - clock.now() - CREDIT_MS, () => {
      dueAt = Math.max(dueAt, clock.now()) + FRAME_MS
      show()
    })
  }

  function show(): void {
    cancelShow?.()
    cancelShow = undefined
    shown = latest()
    shown = entry.initial?.show(shown) ?? shown
    for (const listener of [...holders.values(), ...everywhere]) listener?.()
  }

  function end(): void {
    cancelEnd?.()
    leave?.()
    refused = undefined
    show()
    forget()
  }

  /** Components that are hidden hold nothing, and yet want something of it once they are seen again. */
  function forget(): void {
    if (!holders.size && !channel && !wishes.size) gone()
  }

  const entry: Entry = {
    initial: undefined,
    snapshot: () => shown ?? entry.initial?.snapshot ?? idle,
    want(wanted) {
      wishes.add(wanted)
      return () => {
        wishes.delete(wanted)
        forget()
      }
    },
    wanted() {
      const wanted: Record<string, unknown> = {}
      for (const { current } of wishes) for (const key in current) wanted[key] ??= current[key as keyof Wanted]
      return wanted
    },
    hold(attach, listener) {
      const { presence } = entry.wanted()
      // Who comes later is to be seen as well: as long as nobody has presented anything.
      if (presence && channel && !Object.keys(channel.presence.current)[0]) channel.presence.set(presence)
      cancelEnd?.()
      let detach: (() => unknown) | undefined
      const reattach = () => {
        detach?.()
        detach = attach?.(channel, latest().status)
      }
      holders.set(reattach, listener)
      tryToOpen()
      reattach()
      return () => {
        detach?.()
        holders.delete(reattach)
        if (holders.size) return
        cancelEnd = clock.after(registry.lingerMs, end)
        // Of none, or of a closed one, there is nothing to keep for whoever mounts next.
        if (!channel || isClosed()) end()
      }
    },
    reopen() {
      leave?.()
      tryToOpen()
      for (const reattach of holders.keys()) reattach()
    },
    use(act) {
      const release = entry.hold()
      let outcome: ReturnType<typeof act> | undefined
      try {
        return (outcome = act(open()))
      } finally {
        if (shown?.presence !== latest().presence) show()
        // An emit is answered before the channel may be closed.
        void Promise.resolve(outcome).then(release, release)
      }
    },
  }
  return entry
}

const FRAME_MS = 16
const CREDIT_MS = 960
