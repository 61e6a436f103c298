// Names that come from an address, as those of a page's parameters do.
import { dehydrate } from '@websockets.do/react/server'
import { expect, it } from 'vitest'

it.each(['..', '.', '', '_'])(
  '%j is no channel: nobody is asked, least of all another route with the token [CH-3]',
  async (name) => {
    const asked: string[] = []
    const codes: string[] = []
    const fetch = async (input: string | URL | Request) => {
      asked.push(new URL(input instanceof Request ? input.url : input).pathname)
      return new Response('{}')
    }
    const source = { url: 'https://example.com/realtime', token: 'secret', fetch }
    await dehydrate(source, [name], { onError: ({ code }) => codes.push(code) })
    expect([asked, codes]).toEqual([[], ['BAD_CHANNEL', 'BAD_CHANNEL']])
  },
)
