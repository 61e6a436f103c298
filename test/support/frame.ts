// WebSocket frames, bit by bit: as a client writes them, lawful or not, and as a server's are read.

export interface FrameOptions {
  /** 0 continuation, 1 text, 2 binary, 8 close, 9 ping, 10 pong. Default 1. */
  readonly opcode?: number
  readonly fin?: boolean
  /** The three reserved bits, as a number from 0 to 7. */
  readonly rsv?: number
  /** A client must mask. Default true. */
  readonly masked?: boolean
  readonly payload?: string | Uint8Array
  /** The length that the header claims, whatever the payload has. */
  readonly claims?: number | bigint
}

export function frame({
  opcode = 1,
  fin = true,
  rsv = 0,
  masked = true,
  payload = '',
  claims,
}: FrameOptions = {}): Buffer {
  const body = Buffer.from(payload as string)
  const length = claims ?? body.length
  const first = (fin ? 0x80 : 0) | (rsv << 4) | opcode
  const maskBit = masked ? 0x80 : 0
  if (!masked) return Buffer.concat([Buffer.from([first]), lengthBytes(length, maskBit), body])
  const masking = body.map((byte, at) => byte ^ MASK[at % 4]!)
  return Buffer.concat([Buffer.from([first]), lengthBytes(length, maskBit), MASK, masking])
}

export function closeFrame(code: number, reason: string | Uint8Array = ''): Buffer {
  const payload = Buffer.concat([Buffer.alloc(2), Buffer.from(reason as string)])
  payload.writeUInt16BE(code)
  return frame({ opcode: 8, payload })
}

export interface ServerFrame {
  readonly opcode: number
  readonly payload: Buffer
}

/** The complete frames at the start of a server's bytes. */
export function serverFrames(bytes: Buffer): ServerFrame[] {
  const frames: ServerFrame[] = []
  for (let at = 0; at + 2 <= bytes.length;) {
    const short = bytes[at + 1]! & 0x7f
    const extra = EXTRA_LENGTH_BYTES.get(short) ?? 0
    const start = at + 2 + extra
    if (start > bytes.length) break
    const length =
      extra === 0 ? short : Number(extra === 2 ? bytes.readUInt16BE(at + 2) : bytes.readBigUInt64BE(at + 2))
    if (start + length > bytes.length) break
    frames.push({ opcode: bytes[at]! & 0x0f, payload: bytes.subarray(start, start + length) })
    at = start + length
  }
  return frames
}

function lengthBytes(length: number | bigint, maskBit: number): Buffer {
  if (length < 126) return Buffer.from([maskBit | Number(length)])
  const bytes = Buffer.alloc(length < 65_536 ? 3 : 9)
  bytes[0] = maskBit | (length < 65_536 ? 126 : 127)
  if (length < 65_536) bytes.writeUInt16BE(Number(length), 1)
  else bytes.writeBigUInt64BE(BigInt(length), 1)
  return bytes
}

const EXTRA_LENGTH_BYTES = new Map([
  [126, 2],
  [127, 8],
])

const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d])
