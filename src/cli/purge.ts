import { withoutArguments, type Command } from './command.js'

/** Purges now what the server would purge in a while. */
export const purge: Command = {
  summary: 'lets go for good of what was deleted more than FILMROOM_DELETE_GRACE ago',
  usage: [
    'usage: filmroom purge',
    '',
    '  Removes the bytes, derived files and index rows of all that is past its time. The server does so by itself now and',
    '  then; with FILMROOM_DELETE_GRACE=0s before it, this command purges all that is deleted.',
  ].join('\n'),
  async run(args, open, say) {
    withoutArguments(args)
    const { purging } = await open()
    say(`${await purging.purge()} instances purged`)
    return 0
  },
}
