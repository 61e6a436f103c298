// A contract is run where it is said and where it is heard, by whatever validators it is made of.

/** By hand, as any library's schema looks: it takes euros as text and gives cents. */
const cents = {
  '~standard': {
    version: 1,
    vendor: 'by hand',
    validate(value) {
      if (/^\d+\.\d\d$/.test(value?.price)) return { value: { cents: Number(value.price.replace('.', '')) } }
      return { issues: [{ message: 'expected a price', path: ['price'] }] }
    },
  },
}

export const contracts = {
  'refuses what a contract refuses before it is sent, and hears what its schemas make of the rest': async (world) => {
    const { client, room, direct, hear, refused, until, defineChannel } = world
    const contract = defineChannel({ events: { bid: cents } })
    const grace = await direct('Grace')
    const ada = client().channel(room, contract)
    await until(ada, () => ada.status.state === 'open')
    const ears = { ada: hear(ada, 'bid'), grace: hear(grace) }
    const refusals = [await refused(ada.emit('bid', { price: 'much' })), await refused(ada.emit('other', null))]
    await ada.emit('bid', { price: '7.50' })
    return { refusals, heard: await ears.ada.count(1), travelled: await ears.grace.count(1) }
  },

  'drops what others say against a contract, and reports it': async (world) => {
    const { client, room, direct, hear, until, defineChannel } = world
    const grace = await direct('Grace')
    const ada = client().channel(room, defineChannel({ events: { bid: cents } }))
    await until(ada, () => ada.status.state === 'open')
    const bids = hear(ada, 'bid')
    const errors = hear(ada, 'error', ({ code, path }) => ({ code, path }))
    await grace.emit('bid', { price: 7 })
    await grace.emit('bid', { price: '7.50' })
    return { heard: await bids.count(1), errors: await errors.count(1) }
  },

  'refuses a contract that is none': ({ refused, defineChannel }) =>
    refused(Promise.resolve().then(() => defineChannel({ events: { join: cents } }))),
}
