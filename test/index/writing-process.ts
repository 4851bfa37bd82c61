/** A program for postgres-writers.test.ts: stores what others store at the same moment, and deletes, restores and purges
 *  meanwhile. Writes what became of it as one line of JSON. */
import { createHash } from 'node:crypto'
import { openIndex } from '../../src/index/open.js'
import type { NewInstance } from '../../src/dicom/stored-instance.js'
import { purgeAll, remove, restoring } from './conformance/deleting.js'
import { json, madeInstance } from './made-instance.js'

export interface WritingReport {
  /** by kind of outcome, the SOP Instance UIDs */
  readonly outcomes: Readonly<Record<string, readonly string[]>>
  readonly failures: readonly string[]
}

const [url = '', me = ''] = process.argv.slice(2)
const SHARED = 60
const STUDIES = 5
const CHURN = 40

const index = await openIndex(url, undefined, { connections: 9, timeoutMs: 60_000 })
const outcomes: Record<string, string[]> = {}
const failures: string[] = []

function instance(uid: string, content: string, study: string, series: string): NewInstance {
  const digest = createHash('sha256').update(content).digest()
  return madeInstance({
    study,
    series,
    sop: uid,
    elements: { '00100010': json('PN', { Alphabetic: `Name^${content.slice(0, 1)}` }) },
    over: { sha256: digest, datasetSha256: digest, blobKey: `aa/${uid}-${me}.dcm` },
  })
}

async function store(one: NewInstance): Promise<void> {
  try {
    const [outcome] = await index.commit([one], 'reject')
    ;(outcomes[outcome?.kind ?? ''] ??= []).push(one.uids.SOPInstanceUID)
  } catch (error) {
    failures.push(String(error))
  }
}

const shared = Array.from({ length: SHARED }, (_, n) => {
  const study = `1.2.${n % STUDIES}`
  // Of every second the processes have other bytes.
  const content = n % 2 === 0 ? 'the same' : `of ${me}`
  return instance(`1.2.3.${n}`, `${n} ${content}`, study, `${study}.${n % 2}`)
})
for (const one of shuffled(shared)) {
  const study = `1.3.${Math.floor(Math.random() * 3)}`
  const own = `${study}.${me}.${one.uids.SOPInstanceUID}`
  await Promise.all([store(one), store(instance(own, own, study, `${study}.1`))])
}

// Studies that all processes store into, delete, restore and purge.
await Promise.all(
  Array.from({ length: CHURN }, async (_, n) => {
    const study = `1.4.${n % 3}`
    const uid = `${study}.9.${Math.floor(Math.random() * 8)}`
    const scope = { StudyInstanceUID: study }
    try {
      const dice = Math.random()
      if (dice < 0.5) await index.commit([instance(uid, uid, study, `${study}.1`)], 'reject')
      else if (dice < 0.7) await remove(index, scope)
      else if (dice < 0.9) await index.deletions.restore(restoring(scope))
      else await purgeAll(index)
    } catch (error) {
      failures.push(String(error))
    }
  }),
)
await index.close()
console.log(JSON.stringify({ outcomes, failures } satisfies WritingReport))

function shuffled<T>(items: readonly T[]): T[] {
  return items
    .map(item => ({ item, order: Math.random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ item }) => item)
}
