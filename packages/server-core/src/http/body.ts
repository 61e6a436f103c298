// Reads a request's body, bounded in bytes and in time: what exceeds them is not buffered.
import type { Clock } from '../core/ports'

export type Body =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly fault: 'too-large' | 'too-slow' | 'broken' }

export async function readBody(request: Request, maxBytes: number, timeoutMs: number, clock: Clock): Promise<Body> {
  if (Number(request.headers.get('content-length') ?? 0) > maxBytes) return { ok: false, fault: 'too-large' }
  if (!request.body) return { ok: true, text: '' }
  const reader: ReadableStreamDefaultReader<Uint8Array> = request.body.getReader()
  let late = false
  const cancel = clock.after(timeoutMs, () => {
    late = true
    void reader.cancel().catch(ignoreCancelled)
  })
  try {
    return await readAll(reader, maxBytes, () => late)
  } catch {
    return { ok: false, fault: late ? 'too-slow' : 'broken' }
  } finally {
    cancel()
  }
}

async function readAll(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  maxBytes: number,
  isLate: () => boolean,
): Promise<Body> {
  const decoder = new TextDecoder('utf-8', { fatal: true })
  let text = ''
  let bytes = 0
  for (;;) {
    const { done, value } = await reader.read()
    if (isLate()) return { ok: false, fault: 'too-slow' }
    if (done) return { ok: true, text: text + decoder.decode() }
    bytes += value.byteLength
    if (bytes > maxBytes) {
      void reader.cancel().catch(ignoreCancelled)
      return { ok: false, fault: 'too-large' }
    }
    text += decoder.decode(value, { stream: true })
  }
}

// Nobody waits for a body that has been given up; the reason is in the answer already.
function ignoreCancelled(): void {}
