/** Reads what `strace -f -y` wrote: which system call began and ended when, over all threads. */
export interface SystemCall {
  readonly name: string
  readonly args: string
  /** undefined where it never came back */
  readonly result: string | undefined
  /** lines of the trace: a call that ended before another began has the smaller number */
  readonly began: number
  readonly ended: number
}

export function readTrace(text: string): SystemCall[] {
  const calls: SystemCall[] = []
  const open = new Map<string, { name: string; args: string; began: number }>()
  text.split('\n').forEach((line, number) => {
    const whole = /^(\d+) +(\w+)\((.*)\) += (.+)$/.exec(line)
    if (whole !== null) {
      const [, , name = '', args = '', result = ''] = whole
      calls.push({ name, args, result, began: number, ended: number })
      return
    }
    const unfinished = /^(\d+) +(\w+)\((.*) <unfinished \.\.\.>$/.exec(line)
    if (unfinished !== null) {
      const [, thread = '', name = '', args = ''] = unfinished
      open.set(thread, { name, args, began: number })
      return
    }
    const resumed = /^(\d+) +<\.\.\. (\w+) resumed>(.*)\) += (.+)$/.exec(line)
    if (resumed === null) return
    const [, thread = '', , args = '', result = ''] = resumed
    const begun = open.get(thread)
    if (begun === undefined) return
    open.delete(thread)
    calls.push({ name: begun.name, args: begun.args + args, result, began: begun.began, ended: number })
  })
  for (const { name, args, began } of open.values())
    calls.push({ name, args, result: undefined, began, ended: Infinity })
  return calls.sort((a, b) => a.began - b.began)
}

const WRITES = /^p?writev?(64|2)?$/
const SYNCS = /^f(data)?sync$/

/** What is missing of: write → fsync of the blob → rename → fsync of its folder → write and fsync of the SQLite log →
 *  answer, each ended before the next begins.
 * @param answer what the answer's first bytes hold
 * @returns undefined where the order holds */
export function missingStep(calls: readonly SystemCall[], answer: string): string | undefined {
  const well = calls.filter(call => call.result !== undefined && !call.result.startsWith('-1'))
  const answered = well.find(
    call => /^(write|writev|sendto|sendmsg)$/.test(call.name) && isTcp(call) && call.args.includes(answer),
  )
  if (answered === undefined) return 'the answer'
  const renamed = well.findLast(
    call => call.name.startsWith('rename') && call.args.includes('/.writing/') && call.ended < answered.began,
  )
  if (renamed === undefined) return 'the rename of the blob before the answer'
  const [temporary = '', file = ''] = [...renamed.args.matchAll(/"([^"]+)"/g)].map(match => match[1] ?? '')
  const folder = file.slice(0, file.lastIndexOf('/'))
  const on = (call: SystemCall, path: string): boolean => call.args.includes(`<${path}>`)
  const wrote = well.filter(call => WRITES.test(call.name) && on(call, temporary))
  const lastWrite = wrote.at(-1)
  if (lastWrite === undefined) return 'the write of the blob'
  const steps: readonly [string, (call: SystemCall) => boolean][] = [
    ['the fsync of the blob after its last write', call => call.name === 'fsync' && on(call, temporary)],
    ['the rename after the fsync of the blob', call => call === renamed],
    ['the fsync of the folder after the rename', call => call.name === 'fsync' && on(call, folder)],
    [
      'the write of the SQLite log after that',
      call => WRITES.test(call.name) && call.args.includes('index.sqlite-wal>'),
    ],
    [
      'the fsync of the SQLite log after that',
      call => SYNCS.test(call.name) && call.args.includes('index.sqlite-wal>'),
    ],
    ['the answer after all of it', call => call === answered],
  ]
  let before = lastWrite
  for (const [name, isStep] of steps) {
    const step = well.find(call => call.began > before.ended && isStep(call))
    if (step === undefined || step.ended > answered.ended) return name
    before = step
  }
  return undefined
}

function isTcp(call: SystemCall): boolean {
  return /^\d+<(TCP|socket):/.test(call.args)
}
