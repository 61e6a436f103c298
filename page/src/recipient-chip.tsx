// One recipient of an emission, and what they did.
import type { Person } from './person'
import type { Recipient } from './tally'

export interface RecipientChipProps {
  readonly person: Person
  readonly recipient: Recipient
}

export function RecipientChip({ person: { name, color }, recipient: { clientID, state, note } }: RecipientChipProps) {
  const { mark, word } = looks[state]
  return (
    <li className="chip" data-state={state} title={clientID}>
      <span className="chip-dot" aria-hidden="true" style={{ backgroundColor: color }} />
      <bdi className="name">{name}</bdi>
      <span className="chip-mark" aria-hidden="true">
        {mark}
      </span>
      <span className={state === 'acknowledged' || state === 'waiting' ? 'off-screen' : 'chip-word'}>{word}</span>
      {note !== undefined && (
        <code className="chip-note" title={note}>
          {note}
        </code>
      )}
    </li>
  )
}

const looks: Readonly<Record<Recipient['state'], { readonly mark: string; readonly word: string }>> = {
  acknowledged: { mark: '✓', word: 'acknowledged' },
  waiting: { mark: '…', word: 'waiting' },
  silent: { mark: '✕', word: 'silent' },
  refused: { mark: '✕', word: 'refused' },
  left: { mark: '↩', word: 'left' },
  absent: { mark: '?', word: 'not here' },
}
