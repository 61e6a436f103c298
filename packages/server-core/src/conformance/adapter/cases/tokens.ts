// A server that asks for a token, and what it grants.
import { at, like, same } from '../../match'
import { type AdapterCase, adapterCase } from '../adapter-case'

const BY_TOKEN = { token: 'right' }
const ADA = { name: 'Ada' }

export const tokenCases: readonly AdapterCase[] = [
  adapterCase('LI-6', 'lets nobody in through a refused upgrade, and nobody hears of it', BY_TOKEN, async (t) => {
    const watcher = await t.join()
    await t.refused(t.path('listen'), 'token=wrong')
    await t.refused(t.path('nowhere'))
    await t.refused('/_/listen')
    await t.refused('/listen')
    await t.fence(watcher)
    same(
      watcher.frames.map(({ type }) => type),
      ['CONNECTED', 'DATA'],
      'what a member was sent',
    )
  }),
  adapterCase(
    'LI-6',
    'refuses the upgrade of whoever has a wrong token with 401',
    BY_TOKEN,
    async (t) => {
      same((await t.refused(t.path('listen'), 'token=wrong')).refusal, 401, 'the status')
    },
    { needs: 'refusals' },
  ),
  adapterCase(
    'LI-6',
    'closes with 4401 and the reason who asks for a session with a wrong token',
    BY_TOKEN,
    async (t) => {
      const refused = await t.open({ query: 'session=new&token=wrong' })
      await refused.error('UNAUTHORIZED')
      same(await refused.ended(), { code: 4401, reason: 'UNAUTHORIZED' }, 'the close')
    },
  ),
  adapterCase('OR-2', 'takes the token from the subprotocols, wherever it stands among them', BY_TOKEN, async (t) => {
    for (const protocols of [
      ['other', 'bearer.right', 'websockets.do'],
      ['websockets.do', 'bearer.right'],
    ]) {
      // The parameter that the kit would add must not help.
      const member = await t.join({ protocols, query: 'token=' })
      same(member.socket.protocol, 'websockets.do', 'the subprotocol')
    }
    await t.refused(t.path('listen'), 'token=', ['bearer.wrong', 'websockets.do'])
  }),
  adapterCase('MS-11', 'shows everywhere who a member is: what `authorize` granted', BY_TOKEN, async (t) => {
    const watcher = await t.join()
    const presence = encodeURIComponent(JSON.stringify({ user: 'Mallory' }))
    const member = await t.join({ query: `presence=${presence}` })
    same(at((await watcher.sees(member)).payload, 'user'), ADA, '`user` in PRESENCE:JOINED')
    same(at(member.welcome, 'user'), ADA, '`user` in its own CONNECTED')
    like(at(member.welcome, 'members'), [{ clientID: watcher.clientID, user: ADA }], '`members` of CONNECTED')
    like(await t.memberList(), [{ user: ADA }, { user: ADA }], 'the list of members')
  }),
]
