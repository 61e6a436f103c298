// What can't be sent yet waits, unless it is given up.

export const waiting = {
  'sends in order what waited, but not what was given up or came too late': async (world) => {
    const { watched, hear, away, back, refused } = world
    const [ada, grace] = await watched()
    const ear = hear(grace)
    await away(ada)
    const given = new AbortController()
    const said = (n, options) => ada.emit('said', n, { echo: false, ...options })
    const [first, aborted, late, last] = [
      said(1),
      refused(said(2, { signal: given.signal })),
      refused(said(3, { timeoutMs: 50 })),
      said(4),
    ]
    given.abort()
    const already = refused(said(5, { signal: given.signal }))
    const refusals = { aborted: await aborted, already: await already, late: await late }
    await back()
    const recipients = [await first, await last].map((result) => result.recipients)
    await said(6)
    return { refusals, recipients, heard: await ear.count(3) }
  },
}
