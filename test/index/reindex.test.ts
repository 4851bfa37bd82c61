import t, { type Test } from 'tap'
import {
  indexedAttributes,
  USUAL_ATTRIBUTES,
  type IndexedAttributes,
} from '../../src/dicom/indexed-attributes.js'
import type { JsonElement } from '../../src/dicom/json-model.js'
import type { Match } from '../../src/dicom/query.js'
import { searchAttributes } from '../../src/dicom/search-attributes.js'
import type { NewInstance } from '../../src/dicom/stored-instance.js'
import type { ArchiveIndex } from '../../src/index/archive-index.js'
import { openSqlite } from '../../src/index/dialects/sqlite.js'
import { openIndex } from '../../src/index/open.js'
import type { ReindexStep } from '../../src/index/reindexing.js'
import { purgeAll, remove, restoring, scopeOf } from './conformance/deleting.js'
import { column, find } from './conformance/open-index.js'
import { dumpIndex } from './index-dump.js'
import { json, madeInstance, name } from './made-instance.js'
import { temporaryFile } from './temporary-index.js'

const named = indexedAttributes(
  searchAttributes(
    'EchoTime@series,OperatorsName,ConsultingPhysicianName@study,ViewCodeSequence,00190008=ACME:LO@study,00190009=ACME@instance',
  ),
)
const ACME_8 = '00190008:ACME'

/** Thirty instances of six series of three studies, whose attributes differ and stand in different blocks. */
function archive(): NewInstance[] {
  return Array.from({ length: 30 }, (_, n) => {
    const block = n % 2 === 0 ? '10' : '11'
    const elements: Record<string, JsonElement | undefined> = {
      '0008009C': n % 3 === 0 ? undefined : name(`Consultant^${n % 4}`),
      '00081070': name(`Operator^${n % 5}`),
      '00180081': n % 4 === 0 ? json('DS') : json('DS', n / 2),
      [`001900${block}`]: json('LO', 'ACME'),
      [`001900${block === '10' ? '11' : '10'}`]: json('LO', 'OTHER'),
      [`0019${block}08`]: n < 2 ? undefined : json('LO', `private ${n % 7}`),
      [`0019${block}09`]: json('IS', n),
      '00200011': json('IS', n % 6),
      '00540220': { vr: 'SQ', Value: [{ '00080100': json('SH', `CODE${n}`) }] },
    }
    return madeInstance({
      study: `1.${n % 3}`,
      series: `1.${n % 3}.${n % 6}`,
      sop: `1.2.${n}`,
      elements: Object.fromEntries(Object.entries(elements).sort(([a], [b]) => (a < b ? -1 : 1))),
      keep: named.tags,
    })
  })
}

/** As a store under the usual attributes would hand it over. */
function usual(instance: NewInstance): NewInstance {
  const kept = Object.entries(instance.attributes).filter(([tag]) => USUAL_ATTRIBUTES.tags.has(tag))
  return { ...instance, attributes: Object.fromEntries(kept) }
}

async function open(t: Test, file: string, attributes: IndexedAttributes): Promise<ArchiveIndex> {
  const index = await openIndex(`sqlite:${file}`, attributes)
  t.teardown(() => index.close())
  return index
}

async function reindex(
  index: ArchiveIndex,
  between: () => Promise<unknown> = async () => undefined,
): Promise<boolean> {
  const { reindexing } = index
  let step: ReindexStep | undefined = (await reindexing.begin()).step
  while (step !== undefined) {
    step = (await reindexing.step(step)).next
    await between()
  }
  return reindexing.end()
}

const privately = (value: string): Match => ({ kind: 'values', path: [ACME_8], vr: 'LO', values: [value] })
const studiesWith = async (index: ArchiveIndex, match: Match): Promise<unknown[]> =>
  column((await find(index, 'study', { matches: [match] })).rows, '0020000D').sort()

t.test('what was stored before is as if it had been stored under the attributes', async t => {
  const all = archive()
  const [before, after] = [temporaryFile(t), temporaryFile(t)]
  const old = await open(t, before, USUAL_ATTRIBUTES)
  await old.commit(all.slice(0, 20).map(usual), 'reject')
  await remove(old, scopeOf(all[3]!, 'instance'))
  await remove(old, scopeOf(all[4]!, 'series'))
  t.ok(await old.isFilled())
  await old.close()

  const index = await open(t, before, named)
  t.notOk(await index.isFilled())
  t.same(await studiesWith(index, privately('private 2')), [], 'not found yet')
  await index.commit(all.slice(20), 'reject')
  t.ok(await reindex(index))
  t.ok(await index.isFilled())

  const fresh = await open(t, after, named)
  await fresh.commit(all.slice(0, 20), 'reject')
  await remove(fresh, scopeOf(all[3]!, 'instance'))
  await remove(fresh, scopeOf(all[4]!, 'series'))
  await fresh.commit(all.slice(20), 'reject')
  t.ok(await fresh.isFilled())
  const made = await dumpIndex(after)
  t.match(JSON.stringify(made), 'private 2')
  t.strictSame(await dumpIndex(before), made)
  t.strictSame(
    await studiesWith(index, privately('private 2')),
    await studiesWith(fresh, privately('private 2')),
  )
  t.not((await studiesWith(index, privately('private 2'))).length, 0)

  t.test('a second time nothing changes', async t => {
    t.ok(await reindex(index))
    t.strictSame(await dumpIndex(before), made)
  })

  t.test('what is restored has them too', async t => {
    for (const each of [index, fresh]) await each.deletions.restore(restoring(scopeOf(all[4]!, 'series')))
    t.strictSame(await dumpIndex(before), await dumpIndex(after))
  })

  t.test('without the attributes, all is as before', async t => {
    const plain = temporaryFile(t)
    const again = await open(t, before, USUAL_ATTRIBUTES)
    t.notOk(await again.isFilled())
    t.ok(await reindex(again))
    const never = await open(t, plain, USUAL_ATTRIBUTES)
    await never.commit(all.map(usual), 'reject')
    await remove(never, scopeOf(all[3]!, 'instance'))
    t.strictSame(await dumpIndex(before), await dumpIndex(plain))
  })
})

t.test(
  'an attribute that every archive keeps is found at all times, once reindexed by its values',
  async t => {
    const file = temporaryFile(t)
    const old = await open(t, file, USUAL_ATTRIBUTES)
    const protocol = (value: string): NewInstance =>
      madeInstance({ elements: { '00181030': json('LO', value) } })
    await old.commit([protocol('T1'), protocol('T2'), protocol('T2')], 'reject')
    await old.close()
    const index = await open(t, file, indexedAttributes(searchAttributes('ProtocolName')))
    const match: Match = { kind: 'values', path: ['00181030'], vr: 'LO', values: ['T2'] }
    const found = async (): Promise<number> => (await find(index, 'series', { matches: [match] })).rows.length
    const dumped = async (): Promise<string> => JSON.stringify((await dumpIndex(file)).series)
    t.equal(await found(), 2)
    t.notMatch(await dumped(), '{"tag":"00181030","value":"T2"}')
    t.ok(await reindex(index))
    t.match(await dumped(), '{"tag":"00181030","value":"T2"}')
    t.equal(await found(), 2)
    // By the indexed values indeed: without one of them its series is not found.
    const database = openSqlite(file, 'write')
    t.teardown(() => database.close())
    await database.db
      .deleteFrom('series_attribute')
      .where('tag', '=', '00181030')
      .where('owner_id', '=', eb => eb.selectFrom('series').select(one => one.fn.max('id').as('id')))
      .execute()
    t.equal(await found(), 1)
  },
)

t.test(
  'stores, replacements, deletions and restorations between its steps change nothing about it',
  async t => {
    const all = archive()
    const [before, after] = [temporaryFile(t), temporaryFile(t)]
    const old = await open(t, before, USUAL_ATTRIBUTES)
    await old.commit(all.slice(0, 12).map(usual), 'reject')
    await old.close()
    const other = (n: number): NewInstance => ({
      ...all[n]!,
      blobKey: `cd/${n}.dcm`,
      sha256: Buffer.alloc(32, n),
      datasetSha256: Buffer.alloc(32, n),
    })
    const work: ((index: ArchiveIndex) => Promise<unknown>)[] = [
      index => index.commit(all.slice(12, 15), 'reject'),
      index => remove(index, scopeOf(all[0]!, 'instance')),
      index => index.commit([other(1)], 'replace'),
      index => remove(index, scopeOf(all[2]!, 'study')),
      index => index.commit(all.slice(15, 20), 'reject'),
      index => index.deletions.restore(restoring(scopeOf(all[2]!, 'study'))),
      index => remove(index, scopeOf(all[5]!, 'series')),
      index => purgeAll(index),
      index => index.commit(all.slice(0, 1), 'reject'),
    ]
    const fresh = await open(t, after, named)
    await fresh.commit(all.slice(0, 12), 'reject')
    for (const each of work) await each(fresh)
    const made = await dumpIndex(after)

    const index = await open(t, before, named)
    const left = [...work]
    // The reindex is in another process.
    const reindexer = await open(t, before, named)
    // Not to its end, as one that is killed.
    const { step } = await reindexer.reindexing.begin()
    await reindexer.reindexing.step(step)
    await left.shift()?.(index)
    await reindexer.reindexing.step({ ...step, of: 'series' })
    await left.shift()?.(index)
    t.notOk(await index.isFilled())
    t.ok(await reindex(reindexer, async () => left.shift()?.(index)))
    while (left.length > 0) await left.shift()?.(index)
    t.strictSame(await dumpIndex(before), made)
  },
)

t.test('a process with other attributes that writes meanwhile is noticed, whenever it does', async t => {
  const [file, all] = [temporaryFile(t), archive()]
  const index = await open(t, file, named)
  const stranger = await open(t, file, USUAL_ATTRIBUTES)
  await index.commit(all.slice(0, 3), 'reject')
  t.ok(await index.isFilled())
  t.notOk(await stranger.isFilled())
  t.notOk(await reindex(index, () => stranger.commit([usual(madeInstance())], 'reject')))
  t.notOk(await index.isFilled())
  t.ok(await reindex(index))
  t.ok(await index.isFilled())
  await stranger.commit([usual(all[4]!)], 'reject')
  t.notOk(await index.isFilled())
  t.ok(await reindex(index))
  t.ok(await index.isFilled())
})
