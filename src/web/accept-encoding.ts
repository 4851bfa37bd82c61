/** Whether an answer may be gzipped. RFC 9110 12.5.3: named with q > 0, or by `*` where it is not named. */
export function acceptsGzip(header: string | string[] | undefined): boolean {
  const codings = new Map(
    [header ?? '']
      .flat()
      .join(',')
      .split(',')
      .map(item => {
        const [name = '', ...parameters] = item.split(';').map(part => part.trim().toLowerCase())
        const q = parameters.find(parameter => parameter.startsWith('q='))
        return [name === 'x-gzip' ? 'gzip' : name, q === undefined ? 1 : Number(q.slice(2))]
      }),
  )
  return (codings.get('gzip') ?? codings.get('*') ?? 0) > 0
}
