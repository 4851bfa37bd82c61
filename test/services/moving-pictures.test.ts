import t from 'tap'
import type { FrameDescription } from '../../src/imaging/frame-description.js'
import type { PictureRequest } from '../../src/imaging/picture-request.js'
import { movingPictures } from '../../src/services/moving-pictures.js'
import { pixelFormat } from '../made-pixel-format.js'

const DESCRIPTION: FrameDescription = {
  transferSyntax: '1.2.840.10008.1.2.1',
  format: pixelFormat({ rows: 1000, columns: 2000 }),
  rescale: { slope: 1, intercept: 0 },
  window: undefined,
}
const REQUEST: PictureRequest = { mediaType: 'image/gif', quality: 5, window: undefined, viewport: undefined }

/** What is asked of the renderer for each frame. */
async function asked(count: number, most: number, request = REQUEST): Promise<PictureRequest[]> {
  const requests: PictureRequest[] = []
  const frames = { ofInstance: () => ({ count, frame: () => Promise.reject(new Error('read')) }) }
  const descriptions = { open: () => Promise.resolve({ frame: () => Promise.resolve(DESCRIPTION) }) }
  const render = {
    plan: () =>
      Promise.resolve({
        basis: '',
        draw(wanted: PictureRequest) {
          requests.push(wanted)
          return Promise.resolve(new Uint8Array())
        },
      }),
  }
  const moving = movingPictures(frames as never, descriptions as never, {} as never, render as never)
  let got = 0
  for await (const _ of moving.pictures({} as never, request, most)) got++
  t.equal(got, count)
  return requests
}

t.test('frames that fit together are as large as they are', async t => {
  const [first] = await asked(4, 8_000_000)
  t.equal(first?.viewport, undefined)
  t.equal(first?.mediaType, 'image/png')
})

t.test('frames that do not fit together are made smaller, all alike, their shape kept', async t => {
  const requests = await asked(4, 2_000_000)
  t.same(
    requests.map(({ viewport }) => [viewport?.width, viewport?.height]),
    Array(4).fill([1000, 500]),
  )
})

t.test('a viewport that is asked for is kept where it fits, its region too', async t => {
  const viewport = { width: 100, height: 100, region: undefined, flipHorizontal: true, flipVertical: false }
  t.same((await asked(2, 1_000_000, { ...REQUEST, viewport }))[0]?.viewport, viewport)
  const [small] = await asked(2, 5000, { ...REQUEST, viewport })
  t.same(small?.viewport, { ...viewport, width: 50, height: 50 })
})

t.test('as many frames as there may be, a few pixels each', async t => {
  const [first] = await asked(5000, 10)
  t.same([first?.viewport?.width, first?.viewport?.height], [8, 8])
})
