// How the channels of a registry begin with what a server rendered: those that are not open yet.
import type { Entry, Initial, Name } from '../entry'
import type { Registry } from '../registry'
import type { ReadChannel, ReadChannels } from './read-state'

/** What is known of a channel outlives its use, so that it is not taken for one that was never opened: until the result is called. */
export function takeOver({ entry }: Registry, channels: ReadChannels): () => void {
  const offs = Array.from(channels, ([name, rendered]) => begin(entry(name as Name), rendered))
  return () => {
    for (const off of offs) off()
    for (const { source } of channels.values()) over.add(source)
  }
}

/** Without those that have been taken over and given up again: their channels have gone on meanwhile. */
export function withoutOver(channels: ReadChannels): ReadChannels {
  return new Map([...channels].filter(([, { source }]) => !over.has(source)))
}

const over = new WeakSet<object>()

function begin(entry: Entry, { snapshot, since }: ReadChannel): () => void {
  const { members, others } = snapshot
  const initial: Initial = {
    snapshot,
    // Until one is welcomed, those are here whom the server rendered.
    show: (next) => (next.self || next.status.state === 'closed' ? next : { ...next, members, others }),
  }
  entry.initial = initial
  return entry.want({
    get current() {
      // Once the channel has been left its own events are newer.
      return { since: entry.initial === initial ? since : undefined }
    },
  })
}

/** What is rendered is found as long as it is hydrated; who mounts otherwise begins with nothing that is older than what the channel has, or had. */
export function finder({ entries, rendered }: Registry, channels: ReadChannels): NonNullable<Registry['rendered']> {
  return (name, isMounting) => {
    const found = channels.get(name) ?? rendered?.(name, isMounting)
    const known = isMounting && entries.get(name)
    return known && (known.snapshot().self || known.initial?.snapshot !== found?.snapshot) ? undefined : found
  }
}
