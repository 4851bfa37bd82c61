/** Stores, replacements, deletions, restorations and purges, interleaved at random on the real index: what search, counts,
 *  modalities and the change feed say is what a model says. The feed itself is the order in which the model acts. */
import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import t from 'tap'
import type { InstanceUids, Scope } from '../../src/dicom/instance-uids.js'
import type { JsonObject } from '../dicomweb-client.js'
import type { NewInstance } from '../../src/dicom/stored-instance.js'
import type { ArchiveIndex, Change } from '../../src/index/archive-index.js'
import { purgeAll, remove, restoring } from './conformance/deleting.js'
import { find } from './conformance/open-index.js'
import { json, madeInstance } from './made-instance.js'
import { temporaryIndex } from './temporary-index.js'

const RUNS = Number(process.env['PROPERTY_RUNS'] ?? 150)
const MODALITIES = ['CT', 'MR', 'PT']

/** Few UIDs, so that steps meet: instance n may be in several series and studies. */
interface Step {
  readonly kind: 'store' | 'replace' | 'delete' | 'restore' | 'restore replaced' | 'purge'
  readonly study: number
  readonly series: number
  readonly instance: number
  readonly level: 'study' | 'series' | 'instance'
  readonly modality: number
}

const step: fc.Arbitrary<Step> = fc.record({
  kind: fc.oneof(
    { weight: 6, arbitrary: fc.constant('store' as const) },
    { weight: 3, arbitrary: fc.constant('replace' as const) },
    { weight: 4, arbitrary: fc.constant('delete' as const) },
    { weight: 3, arbitrary: fc.constant('restore' as const) },
    { weight: 1, arbitrary: fc.constant('restore replaced' as const) },
    { weight: 1, arbitrary: fc.constant('purge' as const) },
  ),
  study: fc.nat(1),
  series: fc.nat(1),
  instance: fc.nat(3),
  level: fc.constantFrom('study', 'series', 'instance'),
  modality: fc.nat(MODALITIES.length - 1),
})
/** Steps of one group run at once. */
const groups = fc.array(fc.array(step, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 8 })

t.setTimeout(0)

t.test('counts, modalities, search rows and changes are those of a model', async t => {
  const index = await temporaryIndex(t)
  await fc.assert(
    fc.asyncProperty(groups, async groups => {
      const archive = new Played(index)
      await archive.begin()
      for (const group of groups) {
        await Promise.all(group.map(one => archive.play(one)))
        await archive.check()
      }
    }),
    { numRuns: RUNS },
  )
})

const studyUid = (n: number): string => `1.${n + 1}`
const seriesUid = (study: number, series: number): string => `1.${study + 1}.${series + 1}`

/** What was done, and what the feed says of it. */
class Played {
  readonly #index: ArchiveIndex
  /** by SOP Instance UID, what the feed says is live */
  readonly #live = new Map<string, InstanceUids>()
  readonly #modalities = new Map<string, string>()
  #seen = 0
  #counts = { stored: 0, replaced: 0, deleted: 0, restored: 0 }
  readonly #expected = { stored: 0, replaced: 0, deleted: 0, restored: 0 }

  constructor(index: ArchiveIndex) {
    this.#index = index
  }

  /** With an empty archive, whatever a run before has left. */
  async begin(): Promise<void> {
    for (const study of [0, 1]) await remove(this.#index, { StudyInstanceUID: studyUid(study) })
    await purgeAll(this.#index)
    this.#seen = (await this.#index.changes(0, 1)).latest
  }

  async play(one: Step): Promise<void> {
    const scope = scopeOf(one)
    switch (one.kind) {
      case 'store':
      case 'replace': {
        const [outcome] = await this.#index.commit(
          [this.#made(one)],
          one.kind === 'store' ? 'reject' : 'replace',
        )
        if (outcome?.kind === 'stored') this.#expected.stored++
        if (outcome?.kind === 'replaced') this.#expected.replaced++
        return
      }
      case 'delete': {
        const removed = await remove(this.#index, scope)
        this.#expected.deleted += removed
        return
      }
      case 'restore':
      case 'restore replaced': {
        const restoration = restoring(scope, { replaced: one.kind !== 'restore' })
        const { instances } = await this.#index.deletions.restore(restoration)
        this.#expected.restored += instances
        return
      }
      case 'purge':
        await purgeAll(this.#index)
    }
  }

  /** A series has one modality for good, so that the model need not know whose word counts. */
  #made({ study, series, instance, modality }: Step): NewInstance {
    const uid = seriesUid(study, series)
    const known = this.#modalities.get(uid) ?? MODALITIES[modality] ?? ''
    this.#modalities.set(uid, known)
    return madeInstance({
      study: studyUid(study),
      series: uid,
      sop: `2.${instance}`,
      elements: { '00080060': json('CS', known), '00100020': json('LO', `PATIENT ${study}`) },
      over: { sha256: randomBytes(32) },
    })
  }

  async check(): Promise<void> {
    await this.#followFeed()
    equal(this.#counts, this.#expected, 'changes of each kind')
    const live = [...this.#live.values()]
    const instances = await rows(this.#index, 'instance')
    equal(
      instances.map(row => `${first(row, '0020000E')} ${first(row, '00080018')}`).sort(),
      live.map(one => `${one.SeriesInstanceUID} ${one.SOPInstanceUID}`).sort(),
      'live instances',
    )
    const series = await rows(this.#index, 'series')
    equal(
      series
        .map(row => [first(row, '0020000E'), first(row, '00080060'), first(row, '00201209')].join(' '))
        .sort(),
      [...count(live, one => one.SeriesInstanceUID)]
        .map(([uid, n]) => `${uid} ${this.#modalities.get(uid) ?? ''} ${n}`)
        .sort(),
      'series with their modality and count',
    )
    const studies = await rows(this.#index, 'study')
    equal(
      studies.map(row => ({
        uid: first(row, '0020000D'),
        modalities: row['00080061']?.Value,
        series: first(row, '00201206'),
        instances: first(row, '00201208'),
      })),
      [...count(live, one => one.StudyInstanceUID)]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([uid, instances]) => ({
          uid,
          modalities: this.#modalitiesOf(uid),
          series: this.#seriesOf(uid).length,
          instances,
        })),
      'studies with their modalities and counts',
    )
    await this.#checkSearchRows(live)
  }

  /** Whether the values that are searched by are those of what is live, in every study. */
  async #checkSearchRows(live: readonly InstanceUids[]): Promise<void> {
    for (const study of [0, 1]) {
      const uid = studyUid(study)
      const isLive = live.some(one => one.StudyInstanceUID === uid)
      equal(await this.#found('00100020', `PATIENT ${study}`), isLive ? [uid] : [], 'by PatientID')
    }
    for (const modality of MODALITIES) {
      const expected = [0, 1].map(studyUid).filter(uid => this.#modalitiesOf(uid).includes(modality))
      equal(await this.#found('00080061', modality), expected, `by ModalitiesInStudy ${modality}`)
    }
    for (const level of ['study', 'series', 'instance'] as const) {
      const { remaining } = await this.#index.search({ level, matches: [], include: [], limit: 0, offset: 0 })
      equal(remaining, (await rows(this.#index, level)).length, `${level}: how many there are`)
    }
  }

  async #found(tag: string, value: string): Promise<unknown[]> {
    const matches = [{ kind: 'values', path: [tag], vr: 'LO', values: [value] }] as const
    const { rows } = await find(this.#index, 'study', { matches })
    return rows.map(row => row['0020000D']?.Value?.[0]).sort()
  }

  /** A reader that polls: each number once, in order; each change possible where it stands. */
  async #followFeed(): Promise<void> {
    for (;;) {
      const { changes, latest } = await this.#index.changes(this.#seen, 3)
      for (const change of changes) {
        equal(change.number, ++this.#seen, 'the next number')
        this.#follow(change)
      }
      equal(changes.length > 0 || latest === this.#seen, true, 'the latest number is that of the last change')
      if (changes.length === 0) return
    }
  }

  #follow({ action, uids, number }: Change): void {
    const before = this.#live.get(uids.SOPInstanceUID)
    const place = (at: InstanceUids | undefined): string => `${number} ${action} ${JSON.stringify(at)}`
    this.#counts = { ...this.#counts, [action]: this.#counts[action] + 1 }
    if (action === 'stored' || action === 'restored') {
      equal(before, undefined, `${place(before)}: nothing is live under the UID`)
      this.#live.set(uids.SOPInstanceUID, uids)
      return
    }
    equal(before, uids, `${place(before)}: it was live there`)
    if (action === 'deleted') this.#live.delete(uids.SOPInstanceUID)
  }

  #seriesOf(study: string): string[] {
    const live = [...this.#live.values()].filter(one => one.StudyInstanceUID === study)
    return [...new Set(live.map(one => one.SeriesInstanceUID))]
  }

  #modalitiesOf(study: string): string[] {
    return [...new Set(this.#seriesOf(study).map(uid => this.#modalities.get(uid) ?? ''))].sort()
  }
}

function scopeOf({ study, series, instance, level }: Step): Scope {
  const StudyInstanceUID = studyUid(study)
  const SeriesInstanceUID = seriesUid(study, series)
  if (level === 'study') return { StudyInstanceUID }
  return level === 'series'
    ? { StudyInstanceUID, SeriesInstanceUID }
    : { StudyInstanceUID, SeriesInstanceUID, SOPInstanceUID: `2.${instance}` }
}

async function rows(
  index: ArchiveIndex,
  level: 'study' | 'series' | 'instance',
): Promise<readonly JsonObject[]> {
  return (await find(index, level)).rows
}

function first(row: JsonObject, tag: string): string | number {
  return row[tag]?.Value?.[0] as string | number
}

function count<T>(items: readonly T[], of: (item: T) => string): Map<string, number> {
  const counts = new Map<string, number>()
  for (const item of items) counts.set(of(item), (counts.get(of(item)) ?? 0) + 1)
  return counts
}

function equal(came: unknown, expected: unknown, what: string): void {
  const [a, b] = [JSON.stringify(came), JSON.stringify(expected)]
  if (a !== b) throw new Error(`${what}: ${a} in place of ${b}`)
}
