/** Keys, and studies to be found by them. */
import type { JsonElement } from '../../../src/dicom/json-model.js'
import type { Match, Query } from '../../../src/dicom/query.js'
import type { ArchiveIndex } from '../../../src/index/archive-index.js'
import { json, madeInstance, type MadeOptions } from '../made-instance.js'
import { column, find } from './open-index.js'

export const values = (tag: string, vr: string, ...list: string[]): Match => ({
  kind: 'values',
  path: [tag],
  vr,
  values: list,
})
export const wildcard = (tag: string, vr: string, pattern: string): Match => ({
  kind: 'wildcard',
  path: [tag],
  vr,
  pattern,
})
export const range = (tag: string, vr: 'DA' | 'TM' | 'DT', from?: string, to?: string): Match => ({
  kind: 'range',
  path: [tag],
  vr,
  from,
  to,
})
export type Matching = (
  matches: readonly Match[],
  level?: Query['level'],
  timezoneMinutes?: number,
) => Promise<number[]>

/** Stores a study for each set of elements, and finds by keys the places of those that match. */
export async function studiesWith(
  index: ArchiveIndex,
  each: readonly NonNullable<MadeOptions['elements']>[],
  usualLevel: Query['level'] = 'study',
): Promise<Matching> {
  await index.commit(
    each.map((elements, n) => madeInstance({ study: `1.${n}`, elements })),
    'reject',
  )
  return async (matches, level = usualLevel, timezoneMinutes) => {
    const { rows, remaining } = await find(index, level, {
      matches,
      ...(timezoneMinutes === undefined ? {} : { timezoneMinutes }),
    })
    if (remaining > 0) throw new Error('more than a page')
    return column(rows, '0020000D')
      .map(uid => Number(String(uid).slice(2)))
      .sort(byNumber)
  }
}

export function both<Value>(tags: Readonly<Record<string, string>>, value: Value): Record<string, Value> {
  return Object.fromEntries(Object.values(tags).map(tag => [tag, value]))
}

export function element(vr: string, value: string | undefined): JsonElement | undefined {
  return value === undefined ? undefined : json(vr, value)
}

export function byNumber(a: number, b: number): number {
  return a - b
}
