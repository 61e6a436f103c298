// For servers that leave TCP connections open once a WebSocket has been closed by both sides: `ws` would wait 30 seconds for their end.
import { WebSocket } from 'ws'

export class PromptWebSocket extends WebSocket {
  constructor(address: string, protocols: string | string[] = []) {
    // Its types do not know the option yet.
    super(address, protocols, { closeTimeout: 200 } as object)
  }
}
