import { parseArgs } from 'node:util'
import { UsageError, type Command, type CommandServices, type Say } from './command.js'
import { progress } from './progress.js'

export const reindexCommand: Command = {
  summary: 'makes anew what searches look at, or the whole index from the blobs',
  usage: [
    'usage: filmroom reindex [--from-blobs]',
    '',
    'Makes anew what searches look at, from the headers of all that is stored: after FILMROOM_SEARCH_ATTRIBUTES was changed,',
    'and after an upgrade whose log asks for it. Give it the same settings as the server, which may run, store and delete',
    'meanwhile. It may be ended at any time, and run again from the start.',
    '',
    '  --from-blobs  makes the whole index anew from the blobs alone, where it is lost: it has to be empty, and no server may',
    '                run on it. What was deleted stays deleted. It may be ended at any time, and run again: then it goes on.',
    '                What cannot be given its place is listed; but for spare copies the exit status is 1 then.',
  ].join('\n'),
  async run(args, open, say) {
    const fromBlobs = readArguments(args)
    const services = await open()
    return fromBlobs ? rebuild(services, say) : reindex(services, say)
  },
}

async function reindex({ reindex }: CommandServices, say: Say): Promise<number> {
  const telling = progress()
  const rows = await reindex.reindex((done, of) => {
    telling.tell(`reindexed ${done} of ${of} rows`)
  })
  telling.clear()
  say(`reindexed ${rows} rows in ${telling.seconds} s`)
  return 0
}

async function rebuild({ rebuilding }: CommandServices, say: Say): Promise<number> {
  const telling = progress()
  const { instances, deleted, found } = await rebuilding.rebuild({
    found({ kind, blobKey, detail }) {
      telling.clear()
      say(`${kind}\t${blobKey}\t${detail}`)
    },
    progress(done, of) {
      if (of === undefined) telling.tell(`listed ${done} blobs`)
      else telling.tell(`read ${done} of ${of} blobs`, done / Math.max(1, of))
    },
  })
  telling.clear()
  say(`rebuilt ${instances} instances and ${deleted} deleted ones in ${telling.seconds} s`)
  const { spare, conflict, unreadable, foreign } = found
  if (Object.values(found).some(count => count > 0))
    say(
      `without a place: ${spare} spare, ${conflict} in conflict, ${unreadable} unreadable, ${foreign} foreign`,
    )
  return conflict + unreadable + foreign === 0 ? 0 : 1
}

/** @returns whether the blobs are to be read */
function readArguments(args: readonly string[]): boolean {
  try {
    return parseArgs({
      args: [...args],
      options: { 'from-blobs': { type: 'boolean', default: false } },
    }).values['from-blobs']
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}
