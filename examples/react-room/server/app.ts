// What serves the app: Vite in development, the built files otherwise.
import type { IncomingMessage, ServerResponse } from 'node:http'

export interface App {
  handle(request: IncomingMessage, response: ServerResponse): void
  close(): Promise<void>
}
