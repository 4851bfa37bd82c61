/** OHIF shows a study of a third of the modalities, from OHIF_SEED on, one without any, a report, a PDF and a video: what is to be seen is there, no request fails, no error in the
 *  console. OHIF_ALL=true: every study of every modality. Screenshots go to ./ohif-e2e/kinds. */
import { mkdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t, { type Test } from 'tap'
import { corpusFiles, withoutCorpus } from '../corpus.js'
import { store } from '../dicomweb-client.js'
import {
  freePort,
  SCREENSHOTS,
  serveViewer,
  startBrowser,
  withoutBrowser,
  type Browser,
} from '../ohif/viewer.js'
import { startServer } from '../server.js'
import { seededBy } from './random.js'

/** Folders of the corpus, or a file. */
const PICTURES = ['cr', 'ct', 'dx', 'mg', 'mr', 'nm', 'op', 'pt', 'us', 'us-multiframe', 'xa', 'xc']
  .map(modality => `modality/${modality}/`)
  .concat(['enhanced-ct', 'enhanced-mr', 'enhanced-mr-color'].map(kind => `multiframe/${kind}/`))
/** Ultrasound Image Storage (retired): no extension of OHIF is for it. */
const NOT_OF_OHIF = /^modality\/us\/color-p[lx]\.dcm$/
const ALL_STUDIES = process.env['OHIF_ALL'] === 'true'
/** One modality of so many is looked at. */
const SHARE = 3
const SHOWN_MS = 60_000

/** Of a page, whether it is there. */
const PICTURE = `[...document.querySelectorAll('canvas.cornerstone-canvas')].some(canvas => {
  if (!canvas.width || !canvas.height) return false
  const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height)
  const greys = new Set()
  let lit = 0
  for (let at = 0; at < data.length; at += 4) {
    const grey = data[at] + data[at + 1] + data[at + 2]
    if (grey > 30) lit++
    greys.add(grey)
  }
  return lit / (data.length / 4) > 0.005 && greys.size >= 3
})`
const PDF = `document.querySelector('object[type="application/pdf"]')?.data?.length > 0`
const says = (words: string): string =>
  `document.querySelector('[data-cy="viewport-pane"]')?.innerText.includes(${JSON.stringify(words)})`

interface Sight {
  readonly name: string
  readonly study: string
  readonly shown: string
  /** a media type that has to have come */
  readonly answered?: string
}

t.setTimeout(0)

t.test('OHIF shows every kind', { skip: withoutCorpus() || withoutBrowser() }, async t => {
  mkdirSync(path.join(SCREENSHOTS, 'kinds'), { recursive: true })
  const port = await freePort()
  const server = await startServer(t, { FILMROOM_CORS_ORIGINS: `http://127.0.0.1:${port}` })
  const viewer = await serveViewer(port, server.url)
  t.teardown(() => viewer.close())
  const browser = await startBrowser()
  t.teardown(() => browser.close())
  const random = seededBy('OHIF_SEED')
  t.comment(`OHIF_SEED=${random.seed}`)
  const first = random.below(SHARE)
  const folders = PICTURES.filter((_, n) => ALL_STUDIES || n % SHARE === first)
  const sights = [
    ...(await Promise.all(folders.map(folder => pictures(server.url, folder)))).flat(),
    await document(server.url, 'nonimage/pdf/pdf.dcm', PDF, 'application/pdf'),
    // Drawn frame by frame, from an element that is not in the page.
    await document(server.url, 'video/made-h264-hp41-mp4.dcm', PICTURE, 'video/mp4'),
    await document(server.url, 'modality/xc/image6.dcm', PICTURE),
    await document(server.url, 'nonimage/sr/reportsi.dcm', says('Observation Context Mode')),
  ]
  for (const sight of sights) await look(t, browser, viewer.url, sight)
})

/** Stores a folder; its studies, or the first. */
async function pictures(root: string, folder: string): Promise<Sight[]> {
  const studies = new Set<string>()
  for (const { path: inside, file, columns } of corpusFiles()) {
    if (!inside.startsWith(folder) || NOT_OF_OHIF.test(inside)) continue
    const { stored } = await store(root, [readFileSync(file)])
    if (stored.length > 0 && columns['rows_x_cols'] !== '') studies.add(columns['study_uid'] ?? '')
  }
  return [...studies]
    .slice(0, ALL_STUDIES ? undefined : 1)
    .map((study, n) => ({ name: `${path.basename(folder)}-${n + 1}`, study, shown: PICTURE }))
}

async function document(root: string, inside: string, shown: string, answered?: string): Promise<Sight> {
  const found = corpusFiles().find(({ path }) => path === inside)
  if (found === undefined) throw new Error(`no ${inside}`)
  await store(root, [readFileSync(found.file)])
  const study = found.columns['study_uid'] ?? ''
  return {
    name: path.basename(path.dirname(inside)),
    study,
    shown,
    ...(answered === undefined ? {} : { answered }),
  }
}

async function look(
  t: Test,
  browser: Browser,
  viewer: string,
  { name, study, shown, answered }: Sight,
): Promise<void> {
  const wrong: string[] = []
  const types = new Set<string>()
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } })
  page.on('console', message => {
    if (message.type() === 'error') wrong.push(message.text().slice(0, 500))
  })
  page.on('pageerror', error => wrong.push(String(error)))
  page.on('response', response => {
    types.add((response.headers()['content-type'] ?? '').split(';')[0] ?? '')
    if (response.status() >= 400) wrong.push(`${response.status()} ${response.url()}`)
  })
  page.on('requestfailed', request => {
    const why = request.failure()?.errorText
    if (why !== 'net::ERR_ABORTED') wrong.push(`${why} ${request.url()}`)
  })
  await page.goto(`${viewer}/viewer?StudyInstanceUIDs=${study}`, { timeout: SHOWN_MS })
  const until = performance.now() + SHOWN_MS
  let isShown = false
  while (!isShown && performance.now() < until) {
    await sleep(250)
    isShown = (await page.evaluate(shown)) === true
  }
  await sleep(1000)
  await page.screenshot({ path: path.join(SCREENSHOTS, 'kinds', `${name}.png`) })
  await page.close()
  t.ok(isShown, `${name} is shown`)
  t.same(wrong, [], `${name}: nothing went wrong`)
  if (answered !== undefined) t.ok(types.has(answered), `${name}: ${answered} came`)
}
