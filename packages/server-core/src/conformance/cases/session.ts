// A member with a session: how cases have it join, lose its connection and come back.
import type { Member } from '../client'
import type { CaseContext } from '../context'
import { at } from '../match'

export async function joined(t: CaseContext, query = ''): Promise<Member> {
  return await t.join({ query: ['session=new', query].filter(Boolean).join('&') })
}

/** It closes as a client does that means to come back. */
export async function lost(member: Member): Promise<void> {
  member.socket.close(4000)
  await member.ended()
}

export async function resumed(t: CaseContext, member: Member, since = positionOf(member), query = ''): Promise<Member> {
  const session = `session=${tokenOf(member)}&since=${since}`
  return await t.join({ query: [session, query].filter(Boolean).join('&') })
}

export function tokenOf(member: Member): string {
  return String(at(member.welcome, 'session'))
}

/** Up to where it has seen its channel. */
export function positionOf(member: Member): string {
  const seq = member.of('DATA').at(-1)?.fields['seq'] ?? at(member.welcome, 'seq')
  return `${String(at(member.welcome, 'epoch'))}:${String(seq)}`
}

/** Whom `authorize` keeps from the history recovers nothing of what was before. */
export async function historyWhereTokens(t: CaseContext): Promise<void> {
  const lack = t.token === undefined ? undefined : await t.lacks('history')
  if (lack !== undefined) t.skip(lack)
}
