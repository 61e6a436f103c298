// A payload as indented JSON; of a very long one only the beginning, until all of it is asked for.
import type { Json } from '@websockets.do/client'
import { useMemo, useState } from 'react'
import { prettyJson } from './pretty-json'

export interface PayloadProps {
  readonly value: Json
}

export function Payload({ value }: PayloadProps) {
  const [isWhole, setWhole] = useState(false)
  const text = useMemo(() => prettyJson(value), [value])
  const isCut = !isWhole && text.length > MAX_SHOWN
  return (
    <div className="payload">
      {/* What may be too long for its box can be scrolled by keyboard. */}
      <pre tabIndex={text.length > 250 ? 0 : undefined}>{isCut ? `${text.slice(0, MAX_SHOWN)} …` : text}</pre>
      {isCut && (
        <button type="button" className="plain" onClick={() => setWhole(true)}>
          Show all {text.length.toLocaleString()} characters
        </button>
      )}
    </div>
  )
}

const MAX_SHOWN = 3_000
