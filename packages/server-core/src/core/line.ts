// One socket of a listener. A member with a session may outlive it and come back on another [RS-3].
import type { Member } from './member'
import type { Socket } from './ports'
import type { SavedRequest } from './saved'

export class Line {
  readonly socket: Socket
  /** What opened it, where that is to outlive the process. */
  readonly opening: SavedRequest | undefined
  /** Whose it is; undefined until its turn to join has come. */
  member: Member | undefined
  /** How many messages came by it that could not be read [CL-7]. */
  badMessages = 0
  /** Takes a message of this member's that came by another way than the socket [LI-3]. Nobody has asked yet where it is undefined: it is of an earlier process. */
  post: ((text: string) => void) | undefined

  constructor(socket: Socket, opening?: SavedRequest) {
    this.socket = socket
    this.opening = opening
  }

  /** Whether it speaks for its member: an older line of it does not, nor one that is being closed. */
  isCurrent(): boolean {
    return this.member?.line === this && this.member.open
  }
}
