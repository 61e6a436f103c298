// Sees that a channel is gone: of one that does not exist the history says so [HI-1].
import type { CaseContext } from '../context'
import { at } from '../match'

export async function freed(t: CaseContext): Promise<void> {
  const isFreed = async () => (at(await t.history(), 'epoch') === null ? true : undefined)
  await t.waiting.poll('the channel to be freed: `epoch` null in its history', isFreed)
}
