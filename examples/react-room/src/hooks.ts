// The hooks of a room: typed by its contract, which they run as well.
import { createChannelHooks } from '@websockets.do/react'
import { room } from './room'

export const {
  useChannel,
  useConnection,
  useEmit,
  useEvent,
  useEvents,
  useLostConnection,
  useMember,
  useMembers,
  useOthers,
  useSetPresence,
} = createChannelHooks(room)
