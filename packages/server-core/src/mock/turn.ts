// One turn of the event loop, whatever the test has done to the timers.

// Read while this file is loaded, before a test replaces it: fakes need not show that they are (those of node:test do not),
// and would hold everything up.
const { setImmediate: first } = globalThis as { setImmediate?: Faked & ((run: () => void) => unknown) }
const immediate = first?.clock ? undefined : first

/** Resolves when all promises that can run have run, and what waited for the next turn has too. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    if (immediate) return void immediate(resolve)
    // Fake timers leave message channels alone, and browsers have nothing else that is this quick.
    const { port1, port2 } = new MessageChannel()
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(0)
  })
}

/** Most fake timers carry their clock: who loads this file after them is helped too. */
interface Faked {
  readonly clock?: unknown
}
