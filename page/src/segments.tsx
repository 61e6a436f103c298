// A few choices side by side, one of which holds: radio buttons in other clothes.
import type { ReactNode } from 'react'

export interface SegmentsProps<Value extends string> {
  readonly legend: string
  readonly name: string
  readonly value: Value
  readonly choices: readonly { readonly value: Value; readonly label: ReactNode }[]
  readonly onChoose: (value: Value) => void
}

export function Segments<Value extends string>({ legend, name, value, choices, onChoose }: SegmentsProps<Value>) {
  return (
    <fieldset className="segments">
      <legend>{legend}</legend>
      <div className="segment-row">
        {choices.map((choice) => (
          <label key={choice.value} className="segment">
            <input
              type="radio"
              name={name}
              value={choice.value}
              checked={choice.value === value}
              onChange={() => onChoose(choice.value)}
            />
            <span>{choice.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  )
}
