// The same from a terminal.
import { segmentOf } from './channel-name'
import { CopyButton } from './copy-button'

export interface CurlLineProps {
  readonly channel: string
}

export function CurlLine({ channel }: CurlLineProps) {
  const command = `curl '${location.origin}/${segmentOf(channel)}/emit' -d '{"hello":"world"}'`
  return (
    <section className="card curl" aria-label="From a terminal">
      <code tabIndex={0}>{command}</code>
      <CopyButton label="Copy" text={command} />
    </section>
  )
}
