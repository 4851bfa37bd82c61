import { parseArgs } from 'node:util'
import { bytes, period } from '../dicom/quantities.js'
import { shareOfKey, type VerifyOptions } from '../services/verify.js'
import { isWrong, type Finding, type VerifyCounts } from '../services/verify-report.js'
import { UsageError, type Command, type Say } from './command.js'
import { progress } from './progress.js'
import { sizeText } from './size-text.js'

/** More are counted, but not kept for the report. */
const MOST_FINDINGS = 10_000

/** Compares index and blobs, and repairs what can be. */
export const verify: Command = {
  summary: 'compares index and blobs; marks what is damaged, removes what nobody names',
  usage: [
    'usage: filmroom verify [--rate 50MiB] [--no-sha256] [--orphan-age 1d] [--report-only] [--json]',
    '',
    '  Reads every blob and compares its size and SHA-256 with the index, beside a server that may run. An instance whose blob',
    '  is missing or damaged is marked, and not served until it is whole again: stored once more, or its file restored and',
    '  verify run. A blob that no row names is removed once two passes have seen it, and the first of them is long ago enough.',
    '  --rate         bytes read a second; as fast as it goes by default',
    '  --no-sha256    compares sizes alone, and reads only what is marked',
    '  --orphan-age   how long ago the first pass has to be, 1d by default',
    '  --report-only  changes nothing',
    '  --json         the report as one JSON object',
    '  Exit status: 0 nothing is wrong, or only blobs that no row names; 1 something is wrong; 2 a wrong command line.',
  ].join('\n'),
  async run(args, open, say) {
    const { json, ...options } = readArguments(args)
    const { verification } = await open()
    const telling = progress()
    const findings: Finding[] = []
    const started = new Date()
    const counts = await verification.verify(options, {
      found: finding => {
        if (findings.length < MOST_FINDINGS) findings.push(finding)
      },
      progress: ({ after, counts: { instances, deleted, hashedBytes } }) => {
        telling.tell(`${instances + deleted} instances, ${sizeText(hashedBytes)}`, shareOfKey(after))
      },
    })
    telling.clear()
    const report = { started, finished: new Date(), options, wrong: isWrong(counts), counts, findings }
    if (json) say(JSON.stringify(report, undefined, 2))
    else sayTable(counts, findings, telling.seconds, say)
    return report.wrong ? 1 : 0
  },
}

function sayTable(counts: VerifyCounts, findings: readonly Finding[], seconds: string, say: Say): void {
  const { found } = counts
  const rows: readonly (readonly [string, number, string?])[] = [
    ['instances', counts.instances],
    ['deleted instances', counts.deleted, 'that can be restored'],
    ['tombstones', counts.tombstones],
    ['SHA-256 compared', counts.hashed, sizeText(counts.hashedBytes)],
    ['missing', found.missing],
    ['damaged', found.damaged],
    ['unread', found.unread],
    ['foreign files', found.foreign],
    ['wrong tombstones', found.tombstone, `${counts.tombstonesRenewed} written anew`],
    ['orphans', found.orphan, `${counts.orphansRemoved} removed`],
    ['newly marked', counts.marked],
    ['healed', counts.healed],
  ]
  for (const [name, count, more] of rows)
    say(`${name.padEnd(18)}${String(count).padStart(12)}${more === undefined ? '' : `  ${more}`}`)
  for (const { kind, blobKey = '-', uids, detail, deleted } of findings) {
    const where = uids && [uids.StudyInstanceUID, uids.SeriesInstanceUID, uids.SOPInstanceUID].join(' ')
    const isDeleted = deleted === true ? '\tdeleted' : ''
    say(`${kind}\t${blobKey}\t${where ?? '-'}\t${detail}${isDeleted}`)
  }
  const all = Object.values(found).reduce((sum, count) => sum + count, 0)
  if (all > findings.length) say(`${all - findings.length} more are not listed`)
  say(`${isWrong(counts) ? 'something is wrong' : 'nothing is wrong'} (${seconds} s)`)
}

function readArguments(args: readonly string[]): VerifyOptions & { readonly json: boolean } {
  const given = parsed(args)
  return {
    rateBytes: given.rate === undefined ? undefined : quantity('--rate', given.rate, positive(bytes)),
    hash: !given['no-sha256'],
    repair: !given['report-only'],
    orphanAgeMs: quantity('--orphan-age', given['orphan-age'], period),
    json: given.json,
  }
}

function quantity(name: string, text: string, parse: (text: string) => number): number {
  try {
    return parse(text)
  } catch (error) {
    throw new UsageError(`${name}: ${(error as Error).message}`)
  }
}

function positive(parse: (text: string) => number): (text: string) => number {
  return text => {
    const value = parse(text)
    if (value === 0) throw new Error('expected more than 0')
    return value
  }
}

interface Parsed {
  readonly rate?: string | undefined
  readonly 'no-sha256': boolean
  readonly 'orphan-age': string
  readonly 'report-only': boolean
  readonly json: boolean
}

function parsed(args: readonly string[]): Parsed {
  try {
    return parseArgs({
      args: [...args],
      options: {
        rate: { type: 'string' },
        'no-sha256': { type: 'boolean', default: false },
        'orphan-age': { type: 'string', default: '1d' },
        'report-only': { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
      },
    }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
