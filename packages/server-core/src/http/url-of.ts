// A request's URL, parsed once however many readers it has.

export function urlOf(request: Request): URL {
  const known = parsed.get(request)
  if (known) return known
  const url = new URL(request.url)
  parsed.set(request, url)
  return url
}

const parsed = new WeakMap<Request, URL>()
