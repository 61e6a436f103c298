// `clients=`: whom an emit goes to. A bad or unknown target never widens the audience [EM-4, EM-5].
import type { EmitResult } from '@websockets.do/protocol'
import { refused } from './frames'
import type { Member } from './member'
import type { Random } from './ports'

export type Targets =
  | { readonly kind: 'everyone' }
  | { readonly kind: 'number'; readonly count: number }
  | { readonly kind: 'ids'; readonly ids: readonly string[] }

export const everyone: Targets = { kind: 'everyone' }

export type Selection =
  | { readonly ok: true; readonly recipients: readonly Member[]; readonly unknown: readonly string[] }
  | { readonly ok: false; readonly result: EmitResult }

export function select(
  targets: Targets,
  audience: ReadonlyMap<string, Member>,
  except: string | undefined,
  random: Random,
): Selection {
  switch (targets.kind) {
    case 'everyone':
      return { ok: true, recipients: without(audience, except), unknown: [] }
    case 'number':
      return someOf(without(audience, except), targets.count, random)
    case 'ids':
      return listed(targets.ids, audience, except)
    default:
      return targets satisfies never
  }
}

function without(audience: ReadonlyMap<string, Member>, except: string | undefined): Member[] {
  const members: Member[] = []
  for (const member of audience.values()) if (member.clientID !== except) members.push(member)
  return members
}

function someOf(members: Member[], count: number, random: Random): Selection {
  if (count > members.length) {
    const message = `members to choose from: ${count} wanted, ${members.length} here`
    return { ok: false, result: refused('NOT_ENOUGH_CLIENTS', message, { available: members.length }) }
  }
  const connected = members.filter((member) => !member.away)
  if (count <= connected.length) return { ok: true, recipients: draw(connected, count, random), unknown: [] }
  const away = members.filter((member) => member.away)
  return { ok: true, recipients: [...connected, ...draw(away, count - connected.length, random)], unknown: [] }
}

// The first `count` places of a Fisher–Yates shuffle: each choice of `count` members is equally likely.
function draw(members: Member[], count: number, random: Random): Member[] {
  for (let at = 0; at < count; at++) {
    const other = at + Math.floor(random() * (members.length - at))
    const chosen = members[other] as Member
    members[other] = members[at] as Member
    members[at] = chosen
  }
  return members.slice(0, count)
}

function listed(ids: readonly string[], audience: ReadonlyMap<string, Member>, except: string | undefined): Selection {
  const recipients: Member[] = []
  const unknown: string[] = []
  for (const id of new Set(ids)) {
    const member = id === except ? undefined : audience.get(id)
    if (member) recipients.push(member)
    else unknown.push(id)
  }
  return { ok: true, recipients, unknown }
}

/** Reads `clients` as it stands in a URL: one to six digits are a number, anything else is a list of ids. */
export function parseTargets(text: string, maxTargets: number): Targets | { readonly fault: string } {
  if (/^\d{1,6}$/.test(text)) return { kind: 'number', count: Number(text) }
  const ids = text.split(',').map((id) => id.trim())
  // A "+" in a URL arrives as a space: a signed number is a mistake, not somebody's id.
  if (ids.includes('') || /^[-+\s]\d/.test(text)) return { fault: EXPECTED }
  return listOf(ids, maxTargets)
}

/** Reads `clients` as it stands in an EMIT: a number, or a list of ids. */
export function readTargets(value: unknown, maxTargets: number): Targets | { readonly fault: string } {
  if (value === undefined) return everyone
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 999_999)
    return { kind: 'number', count: value }
  if (Array.isArray(value) && value.length > 0 && value.every((id) => typeof id === 'string' && id !== ''))
    return listOf(value, maxTargets)
  return { fault: EXPECTED }
}

function listOf(ids: readonly string[], maxTargets: number): Targets | { readonly fault: string } {
  if (ids.length > maxTargets) return { fault: `expected at most ${maxTargets} ids in "clients", got ${ids.length}` }
  return { kind: 'ids', ids }
}

const EXPECTED = 'expected "clients" to be a whole number from 0 to 999999 or a list of client ids'
