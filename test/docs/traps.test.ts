import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import t from 'tap'

/** Each trap of the design's list (what other servers got wrong) has a test that bears its number, or waits here for the issue
 *  that brings what it needs. */

const TRAPS = 62
const WAITING: Readonly<Record<number, string>> = {
  56: 'worklists: the lock UID',
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap(entry => {
    const name = path.join(folder, entry.name)
    if (entry.isDirectory()) return testFiles(name)
    return name.endsWith('.test.ts') && name !== 'test/docs/traps.test.ts' ? [name] : []
  })
}

t.test('every trap has a test that bears its number, or waits by name', t => {
  const tested = new Map<number, string[]>()
  for (const file of testFiles('test'))
    for (const [, number] of readFileSync(file, 'utf8').matchAll(/\btrap (\d+)\b/g))
      tested.set(Number(number), [...(tested.get(Number(number)) ?? []), file])
  const all = Array.from({ length: TRAPS }, (_, n) => n + 1)
  t.same(
    all.filter(trap => !tested.has(trap) && WAITING[trap] === undefined),
    [],
    'without a test',
  )
  t.same(
    Object.keys(WAITING).filter(trap => tested.has(Number(trap))),
    [],
    'tested, and no longer waiting',
  )
  t.same(
    [...tested.keys()].filter(trap => trap < 1 || trap > TRAPS),
    [],
    'no such trap',
  )
  t.end()
})
