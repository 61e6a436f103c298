// Which pages may reach this server: nothing that a browser sends from somebody else's page gets through [OR-1].
import { urlOf } from './url-of'

/** How the server can be reached, as its adapter knows it. */
export type Exposure = 'loopback' | 'public'

export interface OriginPolicy {
  /** Origins that may use this server beside its own, exactly as browsers send them. */
  readonly origins: readonly string[]
  /** The origin under which a proxy serves this server. */
  readonly publicOrigin: string | undefined
}

export type OriginVerdict =
  | { readonly ok: true; /** Cross-origin, and welcome: CORS headers are due. */ readonly crossOrigin?: string }
  | { readonly ok: false; readonly message: string }

export function judgeOrigin(request: Request, exposure: Exposure | undefined, policy: OriginPolicy): OriginVerdict {
  const { headers } = request
  const host = urlOf(request).host
  const publicHost = policy.publicOrigin === undefined ? undefined : new URL(policy.publicOrigin).host
  if (exposure === 'loopback' && !isLoopbackName(nameOf(host)) && host !== publicHost) {
    return refuse(
      `this server listens on loopback, and ${JSON.stringify(host)} is not a loopback name; behind a proxy set \`publicOrigin\``,
    )
  }
  if (/prefetch/i.test(headers.get('sec-purpose') ?? '')) return refuse('this is not for prefetching')
  const origin = headers.get('origin')
  if (origin === null) {
    const site = headers.get('sec-fetch-site')
    if (site === null || site === 'same-origin' || site === 'none') return { ok: true }
    return refuse('a page of another origin may not do this')
  }
  const own = hostOf(origin)
  if (own === undefined) return refuse('expected an http(s) origin')
  if (own === host || own === publicHost) return { ok: true }
  if (policy.origins.includes(origin) || (exposure === 'loopback' && isLoopbackName(nameOf(own))))
    return { ok: true, crossOrigin: origin }
  return refuse(`the origin ${JSON.stringify(origin.slice(0, 100))} may not use this server; list it in \`origins\``)
}

/** What is wrong with a policy, in words: a misspelt origin would lock everybody out, or let nobody in. */
export function policyFault({ origins, publicOrigin }: OriginPolicy): string | undefined {
  const wrong = [...origins, ...(publicOrigin === undefined ? [] : [publicOrigin])].find(
    (origin) => originOf(origin) !== origin,
  )
  return wrong === undefined
    ? undefined
    : `expected an origin such as "https://app.example", got ${JSON.stringify(wrong)}`
}

/** Loopback by name or by address: whatever resolves to it without asking a name server. */
export function isLoopbackName(hostname: string): boolean {
  const name = hostname.toLowerCase().replace(/^\[|\]$/g, '')
  return (
    name === 'localhost' || name.endsWith('.localhost') || name === '::1' || /^(::ffff:)?127(\.\d{1,3}){3}$/.test(name)
  )
}

function refuse(message: string): OriginVerdict {
  return { ok: false, message }
}

function nameOf(host: string): string {
  return host.replace(/:\d+$/, '')
}

// `null`, extensions' and other schemes have no place here.
function hostOf(origin: string): string | undefined {
  return /^https?:\/\/[^/?#@]+$/i.test(origin) && URL.canParse(origin) ? new URL(origin).host : undefined
}

function originOf(text: string): string | undefined {
  return hostOf(text) === undefined ? undefined : new URL(text).origin
}
