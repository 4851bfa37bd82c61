import { UsageError, type Command } from './command.js'

/** Lines where standard error is no terminal. */
const LINE_MS = 5_000
/** On a terminal one line is written over and over. */
const TERMINAL_MS = 200

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
    const { isTTY } = process.stderr
    const started = performance.now()
    let told = started
    const rows = await reindex.reindex((done, of) => {
      const now = performance.now()
      if (now - told < (isTTY ? TERMINAL_MS : LINE_MS)) return
      told = now
      const line = `reindexed ${done} of ${of} rows`
      process.stderr.write(isTTY ? `\r${line}` : `${line}\n`)
    })
    if (isTTY) process.stderr.write('\r\x1b[K')
    say(`reindexed ${rows} rows in ${((performance.now() - started) / 1000).toFixed(1)} s`)
    return 0
  },
}
