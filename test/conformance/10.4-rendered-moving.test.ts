import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import t, { type Test } from 'tap'
import { ask, askWhole } from '../dicomweb-client.js'
import { ctImage, el, JPEG_BASELINE, type MadeInstance } from '../made-dicom.js'
import { flatImage } from '../made-pictures.js'
import { withoutCommands } from '../commands.js'
import { startServer } from '../server.js'
import { pathOf } from './paths.js'

const STORE = { method: 'POST', headers: { 'content-type': 'application/dicom' } }
const accept = (type: string): { headers: Record<string, string> } => ({ headers: { accept: type } })
const withoutFfmpeg = withoutCommands('ffmpeg', 'ffprobe')

/** Greys in the middle of each frame of an animation, how long each is seen, and how often all of it. */
async function animation(bytes: Uint8Array): Promise<{ greys: number[]; delay: unknown; loop: unknown }> {
  const { pages = 1, delay, loop } = await sharp(bytes, { animated: true }).metadata()
  const greys: number[] = []
  for (let page = 0; page < pages; page++) {
    const { data, info } = await sharp(bytes, { page })
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    greys.push(
      data[(Math.floor(info.height / 2) * info.width + Math.floor(info.width / 2)) * info.channels] ?? -1,
    )
  }
  return { greys, delay, loop }
}

function near(t: Test, found: readonly number[], wanted: readonly number[], most = 2): void {
  t.equal(found.length, wanted.length)
  t.ok(
    found.every((grey, n) => Math.abs(grey - (wanted[n] ?? 0)) <= most),
    `${found.join()} are near ${wanted.join()}`,
  )
}

t.setTimeout(120_000)

t.test('PS3.18 8.7.4 Multi-frame images that move', async t => {
  const { url, pid } = await startServer(t)
  const stored = async (made: MadeInstance): Promise<string> => {
    t.ok([200, 202].includes((await askWhole(`${url}/studies`, { ...STORE, body: made.bytes })).status))
    return `${url}${pathOf(made)}/rendered`
  }
  const greys = [20, 90, 160, 230]
  const film = await stored(flatImage(greys, { with: [el('00181063', 'DS', '40')] }))

  await t.test('8.7.4 image/gif and image/webp are all frames, at their rate, again and again', async t => {
    for (const type of ['image/gif', 'image/webp']) {
      const answer = await askWhole(film, accept(type))
      t.equal(answer.headers['content-type'], type)
      const moving = await animation(answer.bytes)
      near(t, moving.greys, greys)
      t.same(moving.delay, [40, 40, 40, 40])
      t.equal(moving.loop, 0)
    }
    const { bytes } = await askWhole(film, accept('image/jpeg'))
    t.equal((await sharp(bytes).metadata()).pages ?? 1, 1, 'a JPEG is its middle frame')
  })

  await t.test('PS3.3 C.7.6.5 frame times: a vector, a rate, none', async t => {
    const delayOf = async (...elements: ReturnType<typeof el>[]): Promise<unknown> => {
      const rendered = await stored(flatImage(greys, { with: elements }))
      return (await animation((await askWhole(rendered, accept('image/gif'))).bytes)).delay
    }
    t.same(await delayOf(el('00181065', 'DS', '0\\50\\100\\200')), [50, 100, 200, 200])
    t.same(await delayOf(el('00082144', 'IS', '20')), [50, 50, 50, 50])
    t.same(await delayOf(el('00180040', 'IS', '25')), [40, 40, 40, 40])
    t.same(await delayOf(), [100, 100, 100, 100])
    t.same(await delayOf(el('00181063', 'DS', '0')), [100, 100, 100, 100])
    t.same(await delayOf(el('00181063', 'DS', '0.001')), [20, 20, 20, 20])
  })

  await t.test('C.11.2 without a window all frames have that of the whole', async t => {
    const words = [0, 1000, 4000].flatMap(value => Array.from({ length: 64 }, () => value))
    const made = ctImage({
      frames: 3,
      pixels: new Uint8Array(Uint16Array.from(words).buffer),
      without: ['00281050', '00281051'],
    })
    const { bytes } = await askWhole(await stored(made), accept('image/gif'))
    near(t, (await animation(bytes)).greys, [0, 64, 255])
  })

  await t.test('parameters count for every frame', async t => {
    const inverse = await askWhole(`${film}?window=128,256,linear&viewport=4,4`, accept('image/gif'))
    const { pageHeight, width } = await sharp(inverse.bytes, { animated: true }).metadata()
    t.same([width, pageHeight], [4, 4])
  })

  await t.test('413: more than 5,000 frames', async t => {
    const made = ctImage({ frames: 5001, rows: 1, columns: 1 })
    t.equal((await askWhole(await stored(made), accept('image/gif'))).status, 413)
  })

  await t.test('8.7.8 a frame that cannot be decoded is 406, and the server goes on', async t => {
    const made = ctImage({
      frames: 2,
      pixels: { fragments: [Buffer.from('no frame'), Buffer.from('none either')] },
      transferSyntax: JPEG_BASELINE,
    })
    t.equal((await askWhole(await stored(made), accept('image/gif'))).status, 406)
    t.equal((await askWhole(film, accept('image/gif'))).status, 200)
  })

  await t.test('video/mp4 is all frames, and ranges of it', { skip: withoutFfmpeg }, async t => {
    const answer = await askWhole(film, accept('video/mp4'))
    t.equal(answer.headers['content-type'], 'video/mp4')
    t.equal(answer.headers['accept-ranges'], 'bytes')
    const folder = mkdtempSync(path.join(tmpdir(), 'video-'))
    t.teardown(() => rmSync(folder, { recursive: true }))
    const file = path.join(folder, 'a.mp4')
    writeFileSync(file, answer.bytes)
    const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', file, '-f', 'rawvideo', '-pix_fmt', 'gray', '-'])
    near(
      t,
      [32, 96, 160, 224].map(at => raw[at] ?? -1),
      greys,
      4,
    )
    const rate = execFileSync('ffprobe', [
      '-v',
      'error',
      '-show_entries',
      'stream=avg_frame_rate',
      '-of',
      'csv=p=0',
      file,
    ])
    t.match(rate.toString(), /^25\/1/)
    t.ok(answer.bytes.indexOf('moov') < answer.bytes.indexOf('mdat'), 'it can be played while it comes')
    const part = await askWhole(film, { headers: { accept: 'video/mp4', range: 'bytes=4-7' } })
    t.equal(part.status, 206)
    t.equal(part.bytes.toString(), 'ftyp')
    t.equal(part.headers.etag, answer.headers.etag)
  })

  await t.test('a client that goes away ends its ffmpeg', { skip: withoutFfmpeg }, async t => {
    const made = ctImage({ frames: 40, rows: 1024, columns: 1024, pixels: new Uint8Array(40 << 21) })
    const rendered = await stored(made)
    const gone = new AbortController()
    const asked = ask(rendered, { ...accept('video/mp4'), signal: gone.signal })
    t.ok(await eventually(() => childrenOf(pid).includes('ffmpeg')), 'it runs')
    gone.abort()
    await t.rejects(asked)
    t.ok(await eventually(() => !childrenOf(pid).includes('ffmpeg')), 'it has ended')
  })
})

t.test('8.7.8 without ffmpeg video/mp4 is 406, and says why', async t => {
  const { url } = await startServer(t, { PATH: '/nonexistent' })
  const made = flatImage([1, 2])
  await askWhole(`${url}/studies`, { ...STORE, body: made.bytes })
  const rendered = `${url}${pathOf(made)}/rendered`
  const { status, bytes } = await askWhole(rendered, accept('video/mp4'))
  t.equal(status, 406)
  t.match(bytes.toString(), 'ffmpeg')
  const other = await askWhole(rendered, accept('video/mp4, image/gif;q=0.5'))
  t.equal(other.headers['content-type'], 'image/gif')
})

async function eventually(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 300; tries++) {
    if (holds()) return true
    await new Promise(resolve => setTimeout(resolve, 50))
  }
  return false
}

/** Names of the processes that a process started. proc(5) */
function childrenOf(pid: number): string[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name) && existsSync(`/proc/${name}/stat`))
    .flatMap(name => {
      try {
        const [, comm = '', parent = ''] =
          /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${name}/stat`, 'utf8')) ?? []
        return Number(parent) === pid ? [comm] : []
      } catch {
        return []
      }
    })
}
