export { RawMember, type RawMemberOptions, type RawMessage } from '@websockets.do/server-core/mock'
