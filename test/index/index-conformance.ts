/** What every ArchiveIndex does, whatever its database. Each dialect's tests call these, then add their own. */
import type { Test } from 'tap'
import { aloneConformance } from './conformance/alone.js'
import { answersConformance } from './conformance/answers.js'
import { commitConformance } from './conformance/commit.js'
import { deletionConformance } from './conformance/deletions.js'
import { matchingConformance } from './conformance/matching.js'
import type { OpenIndex } from './conformance/open-index.js'
import { orderConformance } from './conformance/order.js'
import { purgeConformance } from './conformance/purge.js'
import { readsConformance } from './conformance/reads.js'
import { verificationConformance } from './conformance/verification.js'

/** What is stored, and read by its UIDs. */
export function indexConformance(t: Test, open: OpenIndex): void {
  suite(t, 'commit', t => commitConformance(t, open))
  suite(t, 'reads', t => readsConformance(t, open))
  suite(t, 'deletions', t => deletionConformance(t, open))
  suite(t, 'purge and changes', t => purgeConformance(t, open))
  suite(t, 'alone', t => aloneConformance(t, open))
  suite(t, 'verification and rebuild', t => verificationConformance(t, open))
}

/** What is found. */
export function searchConformance(t: Test, open: OpenIndex): void {
  suite(t, 'search: answers', t => answersConformance(t, open))
  suite(t, 'search: matching', t => matchingConformance(t, open))
  suite(t, 'search: order and pages', t => orderConformance(t, open))
}

function suite(t: Test, name: string, tests: (t: Test) => void | Promise<void>): void {
  t.test(name, async t => {
    await tests(t)
  })
}
