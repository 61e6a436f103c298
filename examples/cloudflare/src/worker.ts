// Channels on Cloudflare: each is a Durable Object that sleeps while nobody says anything, and forgets nothing by that.
import { cloudflare } from '@websockets.do/server-core/cloudflare'

const channels = cloudflare({ basePath: '/realtime' })

export class ChannelObject extends channels.ChannelObject {}

// What is no file of the page comes here; anything of your own goes in front of it.
export default { fetch: channels.fetch }
