// A person's colour and initials. It says nothing to a screen reader: the name stands beside it.
import './avatar.css'
import type { Colour } from '../room'

export interface AvatarProps {
  readonly name: string
  readonly colour: Colour
}

export function Avatar({ name, colour }: AvatarProps) {
  return (
    <span className="avatar" data-colour={colour} aria-hidden="true">
      {initialsOf(name)}
    </span>
  )
}

function initialsOf(name: string): string {
  const words = name.split(/[^\p{L}\p{N}]+/u).filter(Boolean)
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase())
    .join('')
}
