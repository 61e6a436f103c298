// As much of the Workers runtime as is used here, by its shape: no package of types is asked of anybody.

/** A Durable Object's state, as its constructor gets it. */
export interface ObjectState {
  readonly storage: ObjectStorage
  acceptWebSocket(socket: HibernatingSocket, tags: string[]): void
  getWebSockets(tag: string): HibernatingSocket[]
  setWebSocketAutoResponse(pair: unknown): void
  blockConcurrencyWhile<T>(run: () => Promise<T>): Promise<T>
}

export interface ObjectStorage {
  readonly sql: Sql
  getAlarm(): Promise<number | null>
  /** Unix ms. */
  setAlarm(at: number): Promise<void>
  deleteAlarm(): Promise<void>
  deleteAll(): Promise<void>
  list(options: { readonly limit: number }): Promise<{ readonly size: number }>
}

export interface Sql {
  exec(query: string, ...values: (string | number)[]): { toArray(): Record<string, unknown>[] }
}

/** A server's end of a WebSocket, which is there still when the object has been put away and is made again. */
export interface HibernatingSocket {
  /** 1: open. */
  readonly readyState: number
  send(text: string): void
  close(code?: number, reason?: string): void
  serializeAttachment(value: unknown): void
  deserializeAttachment(): unknown
}

export interface ObjectNamespace {
  idFromName(name: string): unknown
  get(id: never): { fetch(request: Request): Promise<Response> }
}

interface Globals {
  readonly WebSocketPair: new () => { readonly 0: object; readonly 1: HibernatingSocket }
  readonly WebSocketRequestResponsePair: new (request: string, response: string) => object
}

/** What the runtime has beside what every runtime has; looked up when it is needed. */
export function globals(): Globals {
  return globalThis as unknown as Globals
}
