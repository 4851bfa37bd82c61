import { withoutArguments, type Command } from './command.js'

/** For deployments that want the schema up to date, or know that it cannot be, before the first new server starts. */
export const migrateCommand: Command = {
  summary: "brings the index's schema up to date, and ends",
  usage: [
    'usage: filmroom migrate',
    '',
    'Opens the index, makes it where there is none, and brings its schema up to date, as every start of the server does. Give it',
    'the same settings as the server. Servers may run, and several of these: one migrates, the others wait for it. Exit status 1',
    'where it cannot be done; then nothing is changed.',
  ].join('\n'),
  async run(args, open, say) {
    withoutArguments(args)
    const { from, to } = (await open()).schema
    if (from === to) say(`the schema is ${to}: nothing to do`)
    else
      say(from === undefined ? `the schema is ${to}, made anew` : `the schema is ${to}, brought from ${from}`)
    return 0
  },
}
