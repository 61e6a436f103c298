// What an audience means for the one event that is about to be sent.
import type { Audience } from './use-audience'

export type Recipients =
  | {
      readonly ok: true
      readonly clients: number | readonly string[] | undefined
      /** Who they will be; undefined where chance decides. */
      readonly expected: readonly string[] | undefined
    }
  | { readonly ok: false; readonly fault: string }

export function recipientsOf({ kind, picked, count }: Audience, memberIDs: readonly string[]): Recipients {
  switch (kind) {
    case 'everyone':
      return { ok: true, clients: undefined, expected: memberIDs }
    case 'picked':
      if (picked.length === 0) return { ok: false, fault: 'Tick at least one member of the list.' }
      if (picked.length > 100) return { ok: false, fault: 'Pick 100 members at most.' }
      return { ok: true, clients: picked, expected: picked }
    case 'random':
      if (!/^\d{1,6}$/.test(count)) return { ok: false, fault: 'How many at random? A whole number, please.' }
      return { ok: true, clients: Number(count), expected: undefined }
    default:
      return kind satisfies never
  }
}
