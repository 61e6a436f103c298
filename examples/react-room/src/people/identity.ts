// Who one is in this browser: the same in each of its tabs, and tomorrow.
import * as v from 'valibot'
import { randomID } from '../random-id'
import { colours, type Person, personSchema } from '../room'

const KEY = 'react-room'
const moods = ['Brisk', 'Calm', 'Curious', 'Gentle', 'Merry', 'Nimble', 'Patient', 'Quiet'] as const
const animals = ['Badger', 'Finch', 'Hare', 'Heron', 'Ibis', 'Lynx', 'Marten', 'Otter', 'Seal', 'Wren'] as const

const listeners = new Set<() => void>()
let current = load() ?? somebodyNew()
save()

/** As React's `useSyncExternalStore` wants it. */
export const identity = {
  read: (): Person => current,

  subscribe(listener: () => void): () => void {
    // The same person in another tab has another name now.
    const follow = ({ key }: StorageEvent): void => {
      if (key !== KEY) return
      current = load() ?? current
      listener()
    }
    listeners.add(listener)
    addEventListener('storage', follow)
    return () => {
      listeners.delete(listener)
      removeEventListener('storage', follow)
    }
  },

  rename(name: string): void {
    current = { ...current, name }
    save()
    for (const listener of listeners) listener()
  },
}

function load(): Person | undefined {
  try {
    const { success, output } = v.safeParse(personSchema, JSON.parse(localStorage.getItem(KEY) ?? 'null'))
    return success ? output : undefined
  } catch {
    // There may be no storage, or nothing of ours in it.
    return undefined
  }
}

function save(): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(current))
  } catch {
    // Without storage one is somebody for as long as the page is open.
  }
}

function somebodyNew(): Person {
  return { person: randomID(), name: `${oneOf(moods)} ${oneOf(animals)}`, colour: oneOf(colours) }
}

function oneOf<T>(choices: readonly [T, ...T[]]): T {
  return choices[Math.floor(Math.random() * choices.length)] ?? choices[0]
}
