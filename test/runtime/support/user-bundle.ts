// The scenario and the built client in one file, as a user's bundler makes it: nothing is left out.
import type { BuildOptions } from 'esbuild'
import { bundle } from '../../browser/support/bundle'

/** `program` finds `run` and the `library` for it imported; `conditions` are what the bundler goes by. */
export async function userBundle(
  program: string,
  conditions: readonly string[],
  options: BuildOptions = {},
): Promise<string> {
  return await bundle(`${IMPORTS}\n${program}`, import.meta.url, {
    conditions: [...conditions],
    external: [],
    ...options,
  })
}

const IMPORTS = `
import { createClient } from '@websockets.do/client'
import { defineChannel } from '@websockets.do/client/contract'
import { eventStream } from '@websockets.do/client/event-stream'
import { people } from '@websockets.do/client/people'
import { run } from '../scenario.mjs'
const library = { createClient, defineChannel, eventStream, people }
`
