// Chooses the recipients; whom to pick is chosen in the member list.
import { Segments } from './segments'
import type { Audience } from './use-audience'

export interface AudienceChoiceProps {
  readonly audience: Audience
}

export function AudienceChoice({ audience: { kind, choose, picked, count, setCount } }: AudienceChoiceProps) {
  return (
    <div className="audience">
      <Segments
        legend="To"
        name="audience"
        value={kind}
        choices={[
          { value: 'everyone', label: 'Everyone' },
          { value: 'picked', label: `Picked (${picked.length})` },
          { value: 'random', label: 'At random' },
        ]}
        onChoose={choose}
      />
      <label className="random-count" data-wanted={kind === 'random'}>
        <span className="off-screen">How many at random</span>
        <input
          type="text"
          inputMode="numeric"
          value={count}
          disabled={kind !== 'random'}
          onChange={(event) => setCount(event.target.value)}
        />
      </label>
    </div>
  )
}
