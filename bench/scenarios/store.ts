/** STOW-RS. PS3.18 10.5. */
import { batch, ctSlices, multiFrame, type Batch } from '../made/series.js'
import { store } from '../load/messages.js'
import type { Scenario } from '../measure.js'
import { retrieveInstance, verifyStored } from './retrieved.js'
import type { Suite } from './suite.js'

const SMALL_INSTANCES = 6666
const SMALL_A_REQUEST = 50
const CT_SLICES = 400
const CLIENTS = 4
const MULTI_FRAME_FRAMES = 60
const MULTI_FRAMES_A_ROUND = 12

export const storeCt: Suite = {
  names: ['store-ct'],
  build: () => ({
    scenarios: [
      storing({
        name: 'store-ct',
        title: 'STOW of 400 CT slices, one a request, 4 clients',
        batch: batch(ctSlices(CT_SLICES, 512), 1),
        clients: CLIENTS,
      }),
    ],
  }),
}

export const storeMultiFrame: Suite = {
  names: ['store-multi-frame'],
  build: () => ({
    scenarios: [
      storing({
        name: 'store-multi-frame',
        title: 'STOW of a multi-frame of 31 MB, 1 client',
        batch: batch([multiFrame(MULTI_FRAME_FRAMES)], 1),
        clients: 1,
        times: MULTI_FRAMES_A_ROUND,
      }),
    ],
  }),
}

export const storeSmall: Suite = {
  names: ['store-small'],
  build: () => ({
    scenarios: [
      storing({
        name: 'store-small',
        title: 'STOW of 6,666 instances of 15 KB, 50 a request, 4 clients',
        batch: batch(ctSlices(SMALL_INSTANCES, 64), SMALL_A_REQUEST),
        clients: CLIENTS,
      }),
    ],
  }),
}

interface Storing {
  readonly name: string
  readonly title: string
  readonly batch: Batch
  readonly clients: number
  /** how often a round sends the batch, with new UIDs each time; more than once only with one client */
  readonly times?: number
}

function storing({
  name,
  title,
  batch: { bodies, instances, renew },
  clients,
  times = 1,
}: Storing): Scenario {
  return {
    name,
    title,
    instancesARequest: instances / bodies.length,
    renew,
    load: server => ({
      clients,
      request: n => {
        // With one client the last answer has come, so the body is free.
        if (n > 0 && n % bodies.length === 0) renew()
        return store(server, bodies[n % bodies.length]?.bytes ?? new Uint8Array())
      },
      until: { requests: bodies.length * times },
      leastBytes: 1,
    }),
    verify: async server => {
      const body = bodies.at(-1)
      const uids = body?.uids.at(-1)
      const file = body?.files.at(-1)
      if (uids === undefined || file === undefined) throw new Error('nothing was stored')
      verifyStored(server, await retrieveInstance(server, uids), file)
    },
  }
}
