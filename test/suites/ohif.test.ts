/** OHIF 3.13 in a real browser, straight at the server (CORS): worklist, search, open, scroll, every series, MPR. No failed
 *  request, no console error. OHIF_CACHE names the folder that `.ci/ohif` filled; screenshots go to ./ohif-e2e. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { corpusFiles, withoutCorpus } from '../corpus.js'
import { search, store, valueOf } from '../dicomweb-client.js'
import { CHROMIUM, DIST, freePort, OHIF, SCREENSHOTS, TOOLS, withoutBrowser } from '../ohif/viewer.js'
import { startServer } from '../server.js'

interface Visit {
  readonly name: string
  /** folder of the corpus, whose files are stored */
  readonly folder: string
  readonly modality: string
  /** open the study's largest series alone, as a link to a series does */
  readonly largestSeries?: boolean
  readonly arguments: readonly string[]
}

const CT = { folder: 'series/ct-head-philips/', modality: 'CT' }
const VISITS: readonly Visit[] = [
  // Its first picture is the scout, which neither scrolls nor makes a volume.
  { ...CT, name: 'ct', arguments: ['--series', '--scroll', '0'] },
  { ...CT, name: 'ct-slices', largestSeries: true, arguments: ['--series', '--mpr'] },
  { name: 'mr', folder: 'series/mr-t1-siemens/', modality: 'MR', arguments: ['--series', '--mpr'] },
  { name: 'pt-seg', folder: 'series/pt-seg-sr/', modality: 'PT', arguments: ['--series'] },
  { name: 'us-loop', folder: 'modality/us-multiframe/', modality: 'US', arguments: ['--series'] },
  { name: 'us-stress-echo', folder: 'series/us-stress-echo/', modality: 'US', arguments: ['--series'] },
]

t.setTimeout(0)

t.test('OHIF in Chromium', { skip: withoutCorpus() || withoutBrowser() }, async t => {
  const viewerPort = await freePort()
  const server = await startServer(t, { FILMROOM_CORS_ORIGINS: `http://127.0.0.1:${viewerPort}` })
  for (const file of corpusFiles())
    if (VISITS.some(one => file.path.startsWith(one.folder)))
      await store(server.url, [readFileSync(file.file)])
  for (const visit of VISITS) {
    const studies = studiesOf(visit)
    t.not(studies.size, 0, `${visit.name} is in the corpus`)
    for (const [study, series] of studies) {
      const [link, out] = [
        visit.largestSeries ? `${study}&SeriesInstanceUIDs=${series}` : study,
        study.slice(-8),
      ]
      const name = await patientName(server.url, study)
      const result = await drive(server.url, viewerPort, visit, { link, name, out: `${visit.name}-${out}` })
      const words = `${visit.name} ${study}${name === '' ? '' : ', searched by name'}`
      const opened = result.steps.some(step => step.name.startsWith('series-'))
      t.ok(result.ok && opened, words, { result })
    }
  }
  t.equal(await server.stop(), 0)
})

/** The corpus's studies for a visit, each with its largest series. */
function studiesOf(visit: Visit): Map<string, string> {
  const sizes = new Map<string, number>()
  const largest = new Map<string, string>()
  for (const { path: file, columns } of corpusFiles()) {
    const { study_uid: study = '', series_uid: series = '', modality } = columns
    if (!file.startsWith(visit.folder) || modality !== visit.modality || study === '') continue
    sizes.set(series, (sizes.get(series) ?? 0) + 1)
    if ((sizes.get(series) ?? 0) >= (sizes.get(largest.get(study) ?? '') ?? 0)) largest.set(study, series)
  }
  return largest
}

/** The first part of a patient's name, to search the worklist by; empty where the study has none. */
async function patientName(dicomweb: string, study: string): Promise<string> {
  const [row] = await search(`${dicomweb}/studies?StudyInstanceUID=${study}`)
  const name =
    row === undefined ? undefined : (valueOf(row, '00100010') as { Alphabetic?: string } | undefined)
  return name?.Alphabetic?.split('^')[0] ?? ''
}

interface Result {
  readonly ok: boolean
  readonly steps: readonly { readonly name: string; readonly ok: boolean }[]
  readonly [more: string]: unknown
}

async function drive(
  dicomweb: string,
  port: number,
  visit: Visit,
  target: { readonly link: string; readonly name: string; readonly out: string },
): Promise<Result> {
  const out = path.join(SCREENSHOTS, target.out)
  const run = promisify(execFile)
  const finished = run(
    process.execPath,
    [
      path.join(TOOLS, 'e2e.mjs'),
      ...['--mode', 'direct', '--dist', DIST, '--dicomweb', dicomweb],
      ...['--study', target.link, '--port', String(port), '--out', out, '--chromium', CHROMIUM],
      ...(target.name === '' ? [] : ['--search', target.name]),
      ...visit.arguments,
    ],
    { cwd: OHIF, maxBuffer: 64 * 1024 * 1024 },
  )
  try {
    await finished
  } catch (error) {
    if (!existsSync(path.join(out, 'result.json'))) throw error
  }
  const { dicomRequests: _, ...result } = JSON.parse(
    readFileSync(path.join(out, 'result.json'), 'utf8'),
  ) as Result
  return result
}
