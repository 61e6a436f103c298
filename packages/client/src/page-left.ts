// The one global that the fall-back reads. It is not in environment.ts, so that both can be loaded apart.

/** Calls `leave` when the page goes away for good; the result forgets it. A page that may come back from the cache keeps its place. */
export function onPageLeft(leave: () => void): () => void {
  const hidden = ({ persisted }: { readonly persisted?: boolean }): void => {
    if (!persisted) leave()
  }
  const { addEventListener, removeEventListener } = globalThis as Partial<
    Pick<Window, 'addEventListener' | 'removeEventListener'>
  >
  addEventListener?.('pagehide', hidden)
  return () => removeEventListener?.('pagehide', hidden)
}
