import sharp from 'sharp'
import t, { type Test } from 'tap'
import { askWhole } from '../dicomweb-client.js'
import { el } from '../made-dicom.js'
import { greyImage } from '../made-pictures.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const STORE = { method: 'POST', headers: { 'content-type': 'application/dicom' } }
const SIDE = 256

t.test('PS3.18 8.3.5.1.1 annotation', async t => {
  const { url } = await startServer(t)
  const made = greyImage(
    Array.from({ length: 2 * SIDE * SIDE }, () => 100),
    SIDE,
    SIDE,
    { with: [el('00180060', 'DS', '120'), el('00180050', 'DS', '5')] },
  )
  await askWhole(`${url}/studies`, { ...STORE, body: made.bytes })
  const rendered = `${url}${pathOf(made)}/rendered`

  /** Pixels of the upper and of the lower half that are not of the image. */
  async function inkOf(query: string, accept = 'image/png'): Promise<[number, number]> {
    const { status, bytes } = await askWhole(`${rendered}${query}`, { headers: { accept } })
    t.equal(status, 200)
    const { data, info } = await sharp(bytes).removeAlpha().raw().toBuffer({ resolveWithObject: true })
    const half = (info.height / 2) * info.width * info.channels
    const count = (from: number, to: number): number =>
      data.subarray(from, to).filter(value => Math.abs(value - 100) > 40).length / info.channels
    return [count(0, half), count(half, data.length)]
  }

  await t.test('8.3.5.1.1 nothing is burnt in unless it is asked for', async t => {
    t.same(await inkOf(''), [0, 0])
    t.same(await inkOf('?annotation=hospital'), [0, 0])
  })

  await t.test('8.3.5.1.1 patient is above, technique below, in every type', async t => {
    const is = (t: Test, [above, below]: [number, number], where: [boolean, boolean]): void => {
      t.same([above > 200, below > 200], where, `${above}, ${below}`)
    }
    for (const type of ['image/png', 'image/jpeg', 'image/webp', 'image/gif']) {
      is(t, await inkOf('?annotation=patient', type), [true, false])
      is(t, await inkOf('?annotation=technique', type), [false, true])
      is(t, await inkOf('?annotation=patient,technique', type), [true, true])
    }
  })

  await t.test('8.3.5.1.1 it is drawn in the size that is seen, also of a part', async t => {
    const [small] = await inkOf('?annotation=patient&viewport=128,128')
    const [large] = await inkOf('?annotation=patient&viewport=512,512,100,100,64,64')
    t.ok(small > 100 && large > 1.5 * small, `${small}, ${large}`)
  })
})
