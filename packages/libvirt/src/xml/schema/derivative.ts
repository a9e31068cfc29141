import { choice, group, interleave, NOT_ALLOWED, optional, type Pattern, repeat } from './pattern.ts';

/**
 * What is left of a pattern when one leaf has been met. Attributes come in any order, the rest in that of groups. In
 * groups (of attributes) and interleaves one member at most can take it: RELAX NG forbids anything else (7.3, 7.4).
 */
export function after(left: Pattern, ordered: boolean, meet: (leaf: Pattern) => Pattern): Pattern {
  const next = (of: Pattern) => after(of, ordered, meet);
  switch (left.kind) {
    case 'empty':
    case 'notAllowed':
      return NOT_ALLOWED;
    case 'choice':
      return choice(...left.of.map(next));
    case 'repeat': {
      const rest = next(left.of);
      return rest === NOT_ALLOWED ? NOT_ALLOWED : group(rest, optional(left));
    }
    case 'group':
    case 'interleave': {
      const found: Pattern[] = [];
      for (const [n, member] of left.of.entries()) {
        const rest = next(member);
        if (rest !== NOT_ALLOWED) {
          const skipped = left.kind === 'group' && ordered ? [] : left.of.slice(0, n);
          const join = left.kind === 'group' ? group : interleave;
          found.push(join(...skipped, rest, ...left.of.slice(n + 1)));
          if (left.kind === 'interleave' || !ordered) break;
        }
        if (left.kind === 'group' && ordered && !nullable(member)) break;
      }
      return choice(...found);
    }
    default:
      return meet(left);
  }
}

/** Leaves replaced; what that makes impossible vanishes. */
export function mapLeaves(of: Pattern, map: (leaf: Pattern) => Pattern): Pattern {
  const below = (each: Pattern) => mapLeaves(each, map);
  switch (of.kind) {
    case 'group':
      return group(...of.of.map(below));
    case 'interleave':
      return interleave(...of.of.map(below));
    case 'choice':
      return choice(...of.of.map(below));
    case 'repeat':
      return repeat(below(of.of));
    default:
      return map(of);
  }
}

export function nullable(of: Pattern): boolean {
  switch (of.kind) {
    case 'empty':
    case 'text':
      return true;
    case 'choice':
      return of.of.some(nullable);
    case 'group':
    case 'interleave':
      return of.of.every(nullable);
    case 'repeat':
      return nullable(of.of);
    default:
      return false;
  }
}

/** The leaves with which what is left may go on. */
export function firsts(of: Pattern): Pattern[] {
  if (of.kind !== 'group') return 'of' in of ? (of.kind === 'repeat' ? firsts(of.of) : of.of.flatMap(firsts)) : [of];
  const stop = of.of.findIndex((each) => !nullable(each));
  return of.of.slice(0, stop < 0 ? undefined : stop + 1).flatMap(firsts);
}

/** Leaves of which one at least must come. */
export function required(of: Pattern): Pattern[] {
  if (nullable(of)) return [];
  if (of.kind === 'choice') return of.of.flatMap(required);
  if (of.kind === 'repeat') return required(of.of);
  if ('of' in of) return required(of.of.find((each) => !nullable(each))!);
  return [of];
}

export function leaves(of: Pattern): Pattern[] {
  return of.kind === 'repeat' ? leaves(of.of) : 'of' in of ? of.of.flatMap(leaves) : [of];
}
