// A case that needs a server of its own: with options, one that it closes, or one that it tells to disconnect somebody.
import type { AdapterOptions, OpenedAdapter } from '../adapter'
import type { Capability, ConformanceCase } from '../case'
import type { CaseContext } from '../context'

export interface AdapterCase extends Pick<ConformanceCase, 'rule' | 'title' | 'needs' | 'uses'> {
  /** What its server is opened with, beside a readable history and GET that may emit. */
  readonly options: AdapterOptions
  run(context: CaseContext, server: OpenedAdapter): Promise<void>
}

export function adapterCase(
  rule: string,
  title: string,
  options: AdapterOptions,
  run: AdapterCase['run'],
  more: { readonly uses?: Capability; readonly needs?: 'origin' | 'refusals' } = {},
): AdapterCase {
  return { rule, title, options, run, ...more }
}
