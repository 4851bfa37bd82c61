import { parseArgs } from 'node:util'
import { sizeText } from './size-text.js'
import { shareOfKey } from '../services/verify.js'
import { UsageError, type ArchivePlace, type Command } from './command.js'
import { progress } from './progress.js'

/** More are counted, but not listed. */
const MOST_LISTED = 100

/** Copies an archive to another index and blob store. */
export const copy: Command = {
  summary: 'copies the archive to another index and blob store',
  usage: [
    'usage: filmroom copy --to INDEX,BLOBS [--from INDEX,BLOBS]',
    '',
    '  Copies blobs and rows, beside a server that goes on serving the first archive; the second must not be in use. INDEX and',
    '  BLOBS are as in FILMROOM_INDEX and FILMROOM_BLOBS; by default the first archive is that of the settings. SHA-256 of every',
    '  blob is compared as it passes, numbers of changes and all times are kept: both archives answer alike. What was copied already',
    '  is not copied again: to go on after an interruption, and to bring a copy up to date, run it again. To move, run it until',
    '  little is left, stop the server, run it once more, and start a server on the copy.',
    '',
    '    filmroom copy --to postgres://filmroom@db.example.org/filmroom,s3://archive/films?region=eu-central-1',
    '',
    '  A password had better come from the environment (PGPASSWORD), where other users do not see it.',
    '  Exit status: 0 all is copied; 1 some blobs are missing or damaged where they come from; 2 a wrong command line.',
  ].join('\n'),
  async run(args, open, say) {
    const { from, to } = readArguments(args)
    const archive = await open(from)
    const target = await archive.openCopy(to)
    try {
      const telling = progress()
      const counts = await target.copying.copy(({ step, blobs, bytes, rows, key }) => {
        if (step === 'rows') telling.tell(`${rows} rows`)
        else telling.tell(`${step}: ${blobs}, ${sizeText(bytes)} copied`, shareOfKey(key))
      })
      telling.clear()
      const { wrong, rows } = counts
      for (const { kind, blobKey } of wrong.slice(0, MOST_LISTED)) say(`${kind}\t${blobKey}`)
      if (wrong.length > MOST_LISTED) say(`${wrong.length - MOST_LISTED} more are not listed`)
      say(
        `${counts.blobs} blobs, of them ${counts.copied} copied (${sizeText(counts.copiedBytes)}), ${counts.removed} removed`,
      )
      say(
        `${rows.inserted} rows copied, ${rows.removed} removed; up to change ${rows.change} (${telling.seconds} s)`,
      )
      return wrong.length === 0 ? 0 : 1
    } finally {
      await target.close()
    }
  },
}

function readArguments(args: readonly string[]): {
  readonly from: ArchivePlace | undefined
  readonly to: ArchivePlace
} {
  let values
  try {
    values = parseArgs({
      args: [...args],
      options: { from: { type: 'string' }, to: { type: 'string' } },
    }).values
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
  const { from, to } = values
  if (to === undefined) throw new UsageError('--to is missing')
  return { from: from === undefined ? undefined : placeOf('--from', from), to: placeOf('--to', to) }
}

/** An index's URL may have commas in it. */
function placeOf(option: string, text: string): ArchivePlace {
  const [, index, blobs] = /^(.+?),((?:file|s3):.+)$/s.exec(text) ?? []
  if (index === undefined || blobs === undefined)
    throw new UsageError(
      `${option}: expected an index and a blob store, such as sqlite:data/index.sqlite,file:data/blobs`,
    )
  return { index, blobs }
}
