import { Problem } from '../dicom/problem.js'
import { UsageError, type Command, type CommandServices, type OpenArchive, type Say } from './command.js'
import { copy } from './copy.js'
import { deleted } from './deleted.js'
import { migrateCommand } from './migrate.js'
import { purge } from './purge.js'
import { reindexCommand } from './reindex.js'
import { restore } from './restore.js'
import { verify } from './verify.js'

/** The commands by name, in the order of the help. */
const COMMANDS: Readonly<Record<string, Command>> = {
  deleted,
  restore,
  purge,
  verify,
  reindex: reindexCommand,
  copy,
  migrate: migrateCommand,
}

const DONE = 0
const FAILED = 1
const WRONG_USAGE = 2

export interface CommandLine {
  /** what stands behind the program's name; at least one word */
  readonly args: readonly string[]
  readonly open: OpenArchive
  readonly say: Say
  /** lines on standard error */
  readonly complain: Say
}

/** Runs one command. What is wrong is told on standard error, never thrown, but for a fault of our own.
 * @returns the exit status */
export async function filmroom({ args, open, say, complain }: CommandLine): Promise<number> {
  const [name = '', ...rest] = args
  if (['help', '--help', '-h'].includes(name)) {
    say(commandOf(rest[0])?.usage ?? help())
    return DONE
  }
  const command = commandOf(name)
  if (command === undefined) {
    complain(`filmroom: there is no command ${JSON.stringify(name)}`)
    complain(help())
    return WRONG_USAGE
  }
  if (rest.some(one => one === '--help' || one === '-h')) {
    say(command.usage)
    return DONE
  }
  let services: CommandServices | undefined
  try {
    return await command.run(rest, async place => (services ??= await open(place)), say)
  } catch (error) {
    if (error instanceof UsageError) {
      complain(`filmroom ${name}: ${error.message}`)
      complain(command.usage)
      return WRONG_USAGE
    }
    if (!(error instanceof Problem)) throw error
    complain(`filmroom ${name}: ${error.message}`)
    return FAILED
  } finally {
    await services?.close()
  }
}

function commandOf(name = ''): Command | undefined {
  return Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined
}

function help(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(10)}${summary}`)
  return [
    'usage: filmroom            serves (settings: FILMROOM_* in the environment, see README.md)',
    '       filmroom <command>  runs a command, also beside a server on the same data',
    '',
    ...lines,
    '',
    '       filmroom help <command>  says how it is used',
  ].join('\n')
}
