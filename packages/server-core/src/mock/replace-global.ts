// Something in the place of a global, which may itself be replaced, and undone in whichever order.

export interface Replaced {
  /** What was there before and has not been undone itself; undefined where there was nothing. */
  below(): unknown
  /** Puts back what was there. What somebody else has put there since stays. */
  undo(): void
}

interface Replacement {
  /** As the global was, and what it had. */
  readonly before: PropertyDescriptor | undefined
  readonly original: unknown
  isUndone: boolean
}

const replacements = new WeakMap<object, Replacement>()

export function replaceGlobal(name: 'WebSocket' | 'fetch', value: object): Replaced {
  const before = describe(name)
  const original: unknown = Reflect.get(globalThis, name)
  const own: Replacement = { before, original, isUndone: false }
  replacements.set(value, own)
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true })
  return {
    below() {
      let wanted = original
      for (let other = replacementOf(wanted); other?.isUndone; other = replacementOf(wanted)) wanted = other.original
      return wanted
    },
    undo() {
      own.isUndone = true
      // Those below may have been undone while others were in front of them.
      for (let top = inFront(name); top?.isUndone; top = inFront(name)) {
        if (top.before) Object.defineProperty(globalThis, name, top.before)
        else Reflect.deleteProperty(globalThis, name)
      }
    },
  }
}

function describe(name: string): PropertyDescriptor | undefined {
  return Object.getOwnPropertyDescriptor(globalThis, name)
}

function inFront(name: string): Replacement | undefined {
  return replacementOf(describe(name)?.value)
}

function replacementOf(value: unknown): Replacement | undefined {
  return typeof value === 'function' ? replacements.get(value) : undefined
}
