import type { Name, Rendered } from '../entry'
import type { Registry } from '../registry'

/** To begin with for the channels that are not open; those that are go on from what they have. */
export function takeOver({ entry }: Registry, channels: ReadonlyMap<Name, Rendered>): void {
  for (const [name, rendered] of channels) entry(name).rendered = rendered
}
