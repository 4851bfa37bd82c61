/** OHIF 3.13 in a real browser, straight at the server (CORS): worklist, search, open, scroll, every series, MPR. No failed
 *  request, no console error. OHIF_CACHE names the folder that `.ci/ohif` filled; screenshots go to ./ohif-e2e. */
import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import path from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { corpusFiles, withoutCorpus } from '../corpus.js'
import { search, store, valueOf } from '../dicomweb-client.js'
import { startServer } from '../server.js'

const OHIF = process.env['OHIF_CACHE'] ?? '/tmp/filmroom-ci/ohif'
const TOOLS = path.resolve(process.env['OHIF_TOOLS'] ?? '../shared/tools/ohif')
const CHROMIUM = '/usr/bin/chromium'
const SCREENSHOTS = path.resolve('ohif-e2e')

interface Visit {
  readonly name: string
  /** folder of the corpus, whose files are stored */
  readonly folder: string
  readonly modality: string
  readonly arguments: readonly string[]
}

const VISITS: readonly Visit[] = [
  { name: 'ct', folder: 'series/ct-head-philips/', modality: 'CT', arguments: ['--mpr', '--series'] },
  { name: 'mr', folder: 'series/mr-t1-siemens/', modality: 'MR', arguments: ['--mpr', '--series'] },
  { name: 'pt-seg', folder: 'series/pt-seg-sr/', modality: 'PT', arguments: ['--series'] },
  { name: 'us-loop', folder: 'modality/us-multiframe/', modality: 'US', arguments: ['--series'] },
  { name: 'us-stress-echo', folder: 'series/us-stress-echo/', modality: 'US', arguments: ['--series'] },
]

t.setTimeout(0)

t.test('OHIF in Chromium', { skip: withoutCorpus() || withoutBrowser() }, async t => {
  const viewerPort = await freePort()
  const server = await startServer(t, { FILMROOM_CORS_ORIGINS: `http://127.0.0.1:${viewerPort}` })
  const visits = new Map<string, Visit>()
  for (const file of corpusFiles()) {
    const visit = VISITS.find(one => file.path.startsWith(one.folder))
    if (visit === undefined) continue
    const { status } = await store(server.url, [readFileSync(file.file)])
    const { study_uid: study = '', modality } = file.columns
    if (status === 200 && modality === visit.modality) visits.set(study, visit)
  }
  t.strictSame(new Set(visits.values()), new Set(VISITS), 'a study of each kind is stored')
  for (const [study, visit] of visits) {
    const name = await patientName(server.url, study)
    const result = await drive(server.url, viewerPort, visit, study, name)
    t.ok(
      result.ok,
      `${visit.name} ${study}${name === '' ? '' : `, found as ${name.length} letters of its name`}`,
      { result },
    )
  }
  t.equal(await server.stop(), 0)
})

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
  study: string,
  name: string,
): Promise<Result> {
  const out = path.join(SCREENSHOTS, `${visit.name}-${study.slice(-8)}`)
  const run = promisify(execFile)
  const finished = run(
    process.execPath,
    [
      path.join(TOOLS, 'e2e.mjs'),
      ...['--mode', 'direct', '--dist', path.join(OHIF, 'package', 'dist'), '--dicomweb', dicomweb],
      ...['--study', study, '--port', String(port), '--out', out, '--chromium', CHROMIUM],
      ...(name === '' ? [] : ['--search', name]),
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

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

/** What is missing to drive OHIF, in words; in CI nothing may be. */
function withoutBrowser(): string | false {
  const needed = [
    CHROMIUM,
    path.join(TOOLS, 'e2e.mjs'),
    path.join(OHIF, 'package', 'dist'),
    path.join(OHIF, 'node_modules'),
  ]
  const missing = needed.filter(one => !existsSync(one))
  if (missing.length === 0) return false
  if (process.env['CI'] === 'true') throw new Error(`missing: ${missing.join(', ')}`)
  return `missing: ${missing.join(', ')} (see .ci/ohif)`
}
