/** `filmroom reindex` beside a server that stores and deletes, killed midway and run again: then the archive is what one is
 *  where all was stored under the same FILMROOM_SEARCH_ATTRIBUTES. REINDEX_SEED says what is stored and when it is killed. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import t from 'tap'
import { openSqlite } from '../../src/index/dialects/sqlite.js'
import { askJson, askWhole, search, store, type JsonObject } from '../dicomweb-client.js'
import { PROGRAM, runFilmroom } from '../cli/run-filmroom.js'
import { dumpIndex } from '../index/index-dump.js'
import { ctImage, el, newUid, type MadeInstance } from '../made-dicom.js'
import { startServer, temporaryFolder, type RunningServer } from '../server.js'
import { seededBy, type Random } from './random.js'

const SETTINGS = {
  FILMROOM_SEARCH_ATTRIBUTES:
    'EchoTime@series,ImageComments,ContrastBolusAgent@study,ConsultingPhysicianName@study,ViewCodeSequence,00190008=ACME MR@study,00190009=ACME MR:IS',
}
const STUDIES = 40
const BEFORE = 600
const DURING = 300
const AT_ONCE = 4

t.setTimeout(0)

t.test('an archive that is reindexed while it is used equals a fresh one', async t => {
  const random = seededBy('REINDEX_SEED')
  t.comment(`REINDEX_SEED=${random.seed}`)
  const made = Array.from({ length: BEFORE + DURING }, (_, n) => image(n, random))
  const dataFolder = temporaryFolder(t)
  const indexFile = path.join(dataFolder, 'data', 'index.sqlite')

  const old = await startServer(t, {}, { dataFolder })
  await load(old, made.slice(0, BEFORE), random)
  t.notMatch(old.log.join('\n'), 'filmroom reindex')
  await old.stop()

  const server = await startServer(t, SETTINGS, { dataFolder })
  t.match(server.log.join('\n'), 'run `filmroom reindex`', 'the log says what is to be done')
  t.same(await search(`${server.url}/instances?ImageComments=*`).then(rows => rows.length > 0), true)
  t.same(await search(`${server.url}/instances?ImageComments=comment*`), [], 'nothing is found yet')

  let loaded = false
  const loading = load(server, made.slice(BEFORE), random).then(() => (loaded = true))
  const killed = reindexing(dataFolder)
  await until(killed, async () => (await filled(indexFile)) > 0)
  killed.kill('SIGKILL')
  await once(killed, 'exit')
  const partly = await filled(indexFile)
  t.ok(partly > 0 && partly < BEFORE, `killed with ${partly} of ${BEFORE} done`)
  t.notOk(loaded, 'while instances come and go')

  const { status, output, errors } = await runFilmroom(dataFolder, ['reindex'], SETTINGS)
  t.equal(status, 0, errors)
  t.match(output, /^reindexed \d+ rows in [\d.]+ s\n$/)
  await loading

  const fresh = await startServer(t, SETTINGS)
  const changes = await replay(indexFile, new Map(made.map(one => [one.SOPInstanceUID, one])), fresh)
  t.comment(JSON.stringify(changes))
  t.ok((changes['deleted'] ?? 0) > 0 && (changes['stored'] ?? 0) >= BEFORE + DURING)
  const dump = await dumpIndex(indexFile)
  t.match(JSON.stringify(dump), 'comment 7')
  t.strictSame(dump, await dumpIndex(path.join(fresh.dataFolder, 'data', 'index.sqlite')))
  for (const query of QUERIES) {
    const [ours, theirs] = await Promise.all([answers(server, query), answers(fresh, query)])
    t.strictSame(ours, theirs, query)
    t.not(ours.length, 0, `${query} finds something`)
  }
  await server.stop()
  const again = await startServer(t, SETTINGS, { dataFolder })
  t.notMatch(again.log.join('\n'), 'filmroom reindex', 'nothing is left to be done')
})

const ACME = '00190010=ACME MR'
const QUERIES = [
  'studies?includefield=all',
  'series?includefield=all',
  'instances?includefield=all',
  'studies?ContrastBolusAgent=agent*1',
  'studies?ConsultingPhysicianName=consultant^1&fuzzymatching=true',
  `studies?00191008=private 3&${ACME}`,
  'series?EchoTime=2.5',
  `series?00191008=private*&${ACME}`,
  'instances?ImageComments=comment 7*',
  'instances?ViewCodeSequence.CodeValue=V3',
  `instances?00191009=5&${ACME}&00191108=private 1&00190011=ACME MR`,
  'studies?PatientName=person*&fuzzymatching=true',
  'studies?ModalitiesInStudy=CT',
]

/** What differs between instances of one study or series is not the same from one to the next, and may be empty. */
function image(n: number, random: Random): MadeInstance {
  const study = n % STUDIES
  const series = random.below(3)
  const block = ['10', '11', '42'][random.below(3)] ?? '10'
  const some = <T>(value: T): T[] => (random.below(4) === 0 ? [] : [value])
  return ctImage({
    rows: 2,
    columns: 2,
    study: newUid(`reindex ${study}`),
    series: newUid(`reindex ${study} ${series}`),
    with: [
      el('00100010', 'PN', `Person^Number ${study % 5}`),
      el('00200011', 'IS', String(series)),
      el('00200013', 'IS', String(n)),
      ...some(el('00180081', 'DS', String(random.below(8) / 2))),
      ...some(el('00204000', 'LT', `comment ${n}`)),
      ...some(el('00180010', 'LO', random.below(2) === 0 ? '' : `agent ${random.below(20)}`)),
      ...some(el('0008009C', 'PN', `Consultant^${random.below(3)}`)),
      ...some(el('00540220', 'SQ', [[el('00080100', 'SH', `V${random.below(6)}`)]])),
      el(`001900${block}`, 'LO', 'ACME MR'),
      ...some(el(`0019${block}08`, 'LO', `private ${random.below(5)}`)),
      ...some(el(`0019${block}09`, 'IS', String(random.below(10)))),
    ],
  })
}

/** Stores them, a few at once, and deletes instances, series and studies between; some come again. */
async function load(
  server: RunningServer,
  instances: readonly MadeInstance[],
  random: Random,
): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let n = next++; n < instances.length; n = next++) {
        const [one, earlier] = [instances[n]!, instances[random.below(n + 1)]!]
        await store(server.url, [one.bytes])
        const chance = random.below(20)
        const study = `${server.url}/studies/${earlier.StudyInstanceUID}`
        const series = `${study}/series/${earlier.SeriesInstanceUID}`
        if (chance < 3) await askWhole(`${series}/instances/${earlier.SOPInstanceUID}`, { method: 'DELETE' })
        else if (chance === 3) await askWhole(series, { method: 'DELETE' })
        else if (chance === 4 && random.below(4) === 0) await askWhole(study, { method: 'DELETE' })
        else if (chance === 5) await store(server.url, [earlier.bytes])
      }
    }),
  )
}

function reindexing(dataFolder: string): ChildProcess {
  const env = { ...SETTINGS, PATH: process.env['PATH'] ?? '', FILMROOM_DATA: path.join(dataFolder, 'data') }
  return spawn(process.execPath, [PROGRAM, 'reindex'], { env, stdio: 'ignore' })
}

/** Instances of the first load that a reindex has done: those have what only it writes. */
async function filled(indexFile: string): Promise<number> {
  const { db, close } = openSqlite(indexFile, 'read')
  try {
    const { n } = await db
      .selectFrom('instance')
      .select(eb => eb.fn.countAll<number>().as('n'))
      .where('attributes', 'like', '%"00204000"%')
      .where('instance_number', '<', BEFORE)
      .executeTakeFirstOrThrow()
    return n
  } finally {
    await close()
  }
}

async function until(process: ChildProcess, condition: () => Promise<boolean>): Promise<void> {
  while (process.exitCode === null && !(await condition())) await pause(1)
}

/** Does in a fresh archive what was done, change by change; studies side by side.
 *  @returns how many changes there were, by action */
async function replay(
  indexFile: string,
  made: ReadonlyMap<string, MadeInstance>,
  server: RunningServer,
): Promise<Record<string, number>> {
  const { db, close } = openSqlite(indexFile, 'read')
  const changes = await db.selectFrom('change').selectAll().orderBy('number').execute()
  await close()
  const byStudy = new Map<string, typeof changes>()
  for (const change of changes)
    byStudy.set(change.study_instance_uid, [...(byStudy.get(change.study_instance_uid) ?? []), change])
  const studies = [...byStudy.values()]
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let study = studies.pop(); study !== undefined; study = studies.pop()) {
        for (const { action, study_instance_uid, series_instance_uid, sop_instance_uid } of study) {
          const instance = `${server.url}/studies/${study_instance_uid}/series/${series_instance_uid}/instances/${sop_instance_uid}`
          if (action === 'stored') await store(server.url, [made.get(sop_instance_uid)!.bytes])
          else if (action === 'deleted') await askWhole(instance, { method: 'DELETE' })
          else throw new Error(`nobody does ${action} here`)
        }
      }
    }),
  )
  const counts: Record<string, number> = {}
  for (const { action } of changes) counts[action] = (counts[action] ?? 0) + 1
  return counts
}

/** Rows without what tells the servers apart. */
async function answers({ url, origin }: RunningServer, query: string): Promise<JsonObject[]> {
  const { status, json } = await askJson(`${url}/${query}&limit=2000`)
  if (status !== 200) return []
  return JSON.parse(JSON.stringify(json).replaceAll(origin, '')) as JsonObject[]
}
