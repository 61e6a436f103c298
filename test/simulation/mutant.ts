// A fault to be put into the sources, and how.

export interface Mutant {
  readonly name: string
  /** By one of these it is to be found. */
  readonly breaks: readonly string[]
  /** Puts it in; the result takes it out again. */
  put(): () => void
}

export type Method = (this: any, ...args: any[]) => any

/** Replaces a method; `instead` is given the original. */
export function patch(
  owner: { readonly prototype: object },
  name: string,
  instead: (original: Method) => Method,
): () => void {
  const prototype = owner.prototype as Record<string, Method>
  const original = prototype[name]
  if (!original) throw new Error(`there is no ${name} any more`)
  prototype[name] = instead(original)
  return () => void (prototype[name] = original)
}
