/** Searches over the headers of the whole corpus find what a brute-force matcher finds that reads pydicom's JSON and knows
 *  nothing of src/ (test/oracles/qido_match.py). SEARCH_SEED brings a run back; SEARCH_QUERIES says how many are drawn, 0 asks
 *  for every value of every key at every level. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { createInterface } from 'node:readline'
import t from 'tap'
import { corpusFiles, withoutCorpus, type CorpusFile } from '../corpus.js'
import { askWhole, store, textOf, type JsonObject } from '../dicomweb-client.js'
import { withoutPydicom } from '../oracles/pydicom.js'
import { startServer } from '../server.js'
import { PARSER_EXCEPTIONS } from './corpus-parser-exceptions.js'

const QUERIES = process.env['SEARCH_QUERIES'] ?? '600'
const AT_ONCE = 8
/** Files that are asked to be stored together: they are many and small. */
const FILES_OF_A_STORE = 20
/** More queries than these that find something have to be among the drawn ones, or they prove little. */
const LEAST_SHARE_FOUND = 0.3

interface Asked {
  readonly path: string
  readonly query: string
  /** UIDs of study, series and instance as far as the level goes, by slashes; ascending */
  readonly expected: readonly string[]
}

t.setTimeout(0)

t.test(
  'PS3.18 10.6, 8.3.4: searches of the corpus find what a brute-force matcher finds',
  { skip: withoutCorpus() || withoutPydicom() },
  async t => {
    const seed = process.env['SEARCH_SEED'] ?? String(Date.now() % 2 ** 31)
    t.comment(`SEARCH_SEED=${seed} SEARCH_QUERIES=${QUERIES}`)
    const server = await startServer(t)
    const stored = await storeCorpus(server.url)
    t.ok(stored.length > 650, `${stored.length} files are stored`)
    let asked = 0
    let found = 0
    for await (const queries of bundles(queriesOf(seed, stored), AT_ONCE)) {
      await Promise.all(
        queries.map(async query => {
          asked++
          if (query.expected.length > 0) found++
          const { status, rows } = await search(server.url, query)
          const uids = rows.map(uidsOf).sort()
          const alike = JSON.stringify(uids) === JSON.stringify(query.expected)
          if (!alike || status !== (uids.length > 0 ? 200 : 204))
            t.fail(`${query.path}?${query.query}`, { status, ...difference(uids, query.expected) })
        }),
      )
    }
    t.ok(asked >= Number(QUERIES), `${asked} queries are asked`)
    t.ok(found >= asked * LEAST_SHARE_FOUND, `${found} of them find something`)
  },
)

/** Stores every file that can be stored. Instances that come together are stored in whatever order they are ready, and the
 *  first says what its study is: no two of a study come together.
 * @returns those that were stored by this, those of each study in their order */
async function storeCorpus(url: string): Promise<string[]> {
  // What pydicom misreads is no oracle.
  const isOracle = (path: string): boolean => PARSER_EXCEPTIONS[path]?.json === undefined
  const files = corpusFiles().filter(({ path }) => !path.startsWith('bad/') && isOracle(path))
  const stored: string[] = []
  for (const some of withoutSiblings(files)) {
    const answer = await store(
      url,
      some.map(({ file }) => readFileSync(file)),
    )
    const uids = new Set(answer.stored)
    for (const file of some) if (uids.delete(file.columns['sop_instance_uid'] ?? '')) stored.push(file.file)
    if (uids.size > 0) throw new Error(`stored, and not in the manifest: ${[...uids].join(', ')}`)
  }
  return stored
}

function withoutSiblings(files: readonly CorpusFile[]): CorpusFile[][] {
  const turns = new Map<string, number>()
  const rounds: CorpusFile[][] = []
  for (const file of files) {
    const study = file.columns['study_uid'] ?? ''
    const turn = turns.get(study) ?? 0
    turns.set(study, turn + 1)
    ;(rounds[turn] ??= []).push(file)
  }
  return rounds.flatMap(round =>
    Array.from({ length: Math.ceil(round.length / FILES_OF_A_STORE) }, (_, n) =>
      round.slice(n * FILES_OF_A_STORE, (n + 1) * FILES_OF_A_STORE),
    ),
  )
}

async function* queriesOf(seed: string, files: readonly string[]): AsyncIterable<Asked> {
  const script = path.resolve('test/oracles/qido_match.py')
  const oracle = spawn('/usr/bin/python3', [script, seed, QUERIES, path.resolve('docs/conformance.md')], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const ended = once(oracle, 'close')
  oracle.stdin.end(files.join('\n'))
  for await (const line of createInterface({ input: oracle.stdout })) yield JSON.parse(line) as Asked
  const [code] = (await ended) as [number | null]
  if (code !== 0) throw new Error(`the oracle ended with ${code}`)
}

async function* bundles<T>(items: AsyncIterable<T>, size: number): AsyncIterable<T[]> {
  let bundle: T[] = []
  for await (const item of items) {
    bundle.push(item)
    if (bundle.length < size) continue
    yield bundle
    bundle = []
  }
  if (bundle.length > 0) yield bundle
}

async function search(
  url: string,
  { path, query }: Asked,
): Promise<{ status: number; rows: readonly JsonObject[] }> {
  // Rows as short as can be: what they say is tested elsewhere.
  const { status, bytes } = await askWhole(`${url}${path}?${query}&includedefaults=false`)
  if (status !== 200) return { status, rows: [] }
  return { status, rows: JSON.parse(bytes.toString()) as JsonObject[] }
}

function uidsOf(row: JsonObject): string {
  return ['0020000D', '0020000E', '00080018']
    .map(tag => textOf(row, tag))
    .filter(uid => uid !== '')
    .join('/')
}

function difference(got: readonly string[], expected: readonly string[]): object {
  return {
    missing: expected.filter(uid => !got.includes(uid)).slice(0, 5),
    tooMuch: got.filter(uid => !expected.includes(uid)).slice(0, 5),
    expected: expected.length,
  }
}
