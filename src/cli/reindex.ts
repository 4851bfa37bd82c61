import { UsageError, type Command } from './command.js'
import { progress } from './progress.js'

export const reindexCommand: Command = {
  summary: 'makes anew what searches look at, of all that is stored',
  usage: [
    'usage: filmroom reindex',
    '',
    'Makes anew what searches look at, from the headers of all that is stored: after FILMROOM_SEARCH_ATTRIBUTES was changed,',
    'and after an upgrade whose log asks for it. Give it the same settings as the server, which may run, store and delete',
    'meanwhile. It may be ended at any time, and run again from the start.',
  ].join('\n'),
  async run(args, open, say) {
    if (args.length > 0) throw new UsageError(`does not know ${JSON.stringify(args[0])}`)
    const { reindex } = await open()
    const telling = progress()
    const rows = await reindex.reindex((done, of) => {
      telling.tell(`reindexed ${done} of ${of} rows`)
    })
    telling.clear()
    say(`reindexed ${rows} rows in ${telling.seconds} s`)
    return 0
  },
}
