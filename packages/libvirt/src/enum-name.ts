/** The name of a number in one of libvirt's enums; numbers newer than our table come as decimal text. */
export function enumName<Names extends string>(
  values: Readonly<Record<Names, number>>,
  value: number,
): Names | `${number}` {
  for (const name in values) if (values[name] === value) return name;
  return `${value}`;
}
