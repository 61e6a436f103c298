// What is published: the key by which it is known again, and some padding.
import type { Emit } from './steps'

/** A named event where the step says so. */
export function payloadOf(key: string, { named, padding }: Emit): object {
  const data = { k: key, ...(padding > 0 && { pad: 'x'.repeat(padding) }) }
  return named ? { event: 'note', data } : data
}

/** The key of what was published, or of what `onEmit` made of it. */
export function keyOf(payload: any): string {
  return payload?.k ?? payload?.data?.k ?? ''
}
