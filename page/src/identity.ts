// Who one is on this page: a name and a colour, in this tab for as long as it lives, the chosen name also for the next tab.

export interface Identity {
  readonly username: string
  readonly color: string
}

export const maxNameLength = 60

/** What this tab was before, else what was last chosen in this browser, else somebody new. */
export function loadIdentity(): Identity {
  const [colorName, color] = oneOf(Object.entries(palette))
  const username = read(() => sessionStorage, NAME) ?? read(() => localStorage, NAME) ?? `${oneOf(moods)} ${colorName}`
  const identity = { username, color: read(() => sessionStorage, COLOR) ?? color }
  write(() => sessionStorage, NAME, identity.username)
  write(() => sessionStorage, COLOR, identity.color)
  return identity
}

/** Two tabs may have two names: the last one chosen is for tabs to come. */
export function saveName(username: string): void {
  write(() => sessionStorage, NAME, username)
  write(() => localStorage, NAME, username)
}

/** Always the same one for the same text. */
export function colorFor(text: string): string {
  const colors = Object.values(palette)
  const sum = Array.from(text, (character) => character.codePointAt(0) ?? 0).reduce(
    (left, right) => left * 31 + right,
    7,
  )
  return colors[sum % colors.length] ?? '#5b6b82'
}

const palette: Readonly<Record<string, string>> = {
  Amber: '#f0a92e',
  Apricot: '#f2a67c',
  Azure: '#4f9dde',
  Cerulean: '#2c7fb8',
  Cobalt: '#3757c4',
  Coral: '#ef7a6a',
  Fern: '#4f9a5b',
  Heather: '#9a78c4',
  Indigo: '#5a4fcf',
  Jade: '#1d9a78',
  Lavender: '#a99ae6',
  Lichen: '#9bb068',
  Moss: '#6d8b3c',
  Plum: '#8d4a8b',
  Rosewood: '#a84457',
  Saffron: '#e3b62c',
  Sienna: '#b5653a',
  Teal: '#17858f',
}

const moods = [
  'Bold',
  'Bright',
  'Brisk',
  'Calm',
  'Gentle',
  'Jolly',
  'Keen',
  'Kind',
  'Mellow',
  'Nimble',
  'Quiet',
  'Sunny',
  'Swift',
  'Warm',
]

const NAME = 'websockets.do name'
const COLOR = 'websockets.do color'

function oneOf<Item>(items: readonly Item[]): Item {
  return items[Math.floor(Math.random() * items.length)] as Item
}

// Storage may be switched off, and then even naming it throws: the page does without.
function read(storage: () => Storage, key: string): string | undefined {
  try {
    return storage().getItem(key) ?? undefined
  } catch {
    return undefined
  }
}

function write(storage: () => Storage, key: string, value: string): void {
  try {
    storage().setItem(key, value)
  } catch {
    // Full or switched off: the name lasts as long as the page.
  }
}
