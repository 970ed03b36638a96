// Which lines of a stack are not the application's own, by how each platform writes its frames.
const LIBRARY = [
  /node_modules|\(node:|at node:|<anonymous>/,
  /^\s*at (java|javax|jdk|sun|kotlin|scala|org\.springframework|org\.apache|io\.netty|org\.eclipse)\./,
  /site-packages|dist-packages|lib\/python\d/,
  /^\s*at (System|Microsoft)\./,
  /^\s+[^\s:]+@v\d+\.\d+|^created by /, // of Go: modules of others, and who started the goroutine
  /\/usr\/local\/go\/src\/|\/go\/pkg\/mod\/|^(runtime|net\/http)[./(]/,
];

const matches = (line: string) => LIBRARY.some((pattern) => pattern.test(line));

export interface StackLine {
  text: string;
  library: boolean;
}

/** The lines of a stack. Go puts the file of a function on a line of its own below it. */
export function stackLines(stack: string): StackLine[] {
  const lines = stack.trimEnd().split('\n');
  return lines.map((text, i) => {
    const below = lines[i + 1];
    return { text, library: matches(text) || (below !== undefined && /^\t/.test(below) && matches(below)) };
  });
}

const PLACES = [/File "([^"]+)", line (\d+)/, /\(([^()\s]+?\.\w+):(\d+)(?::\d+)?\)/, /(?:^|\s)((?:file:\/\/)?(?:\/|[\w.-]+\/|[A-Z]:\\)[^\s:]*\.\w+):(\d+)/];

/** The file and line that a frame names, without the slash in front; null where it names none. */
export function placeOf(text: string): { file: string; line: string } | null {
  const match = PLACES.map((pattern) => pattern.exec(text)).find((m) => m !== null);
  return match ? { file: (match[1] as string).replace(/^(file:)?\/+/, ''), line: match[2] as string } : null;
}

export interface Stretch {
  lines: StackLine[];
  library: boolean;
}

/** Lines beside each other that are all of the application, or none of them. */
export function stretchesOf(lines: readonly StackLine[]): Stretch[] {
  const out: Stretch[] = [];
  for (const line of lines) {
    const last = out.at(-1);
    if (last && last.library === line.library) last.lines.push(line);
    else out.push({ lines: [line], library: line.library });
  }
  return out;
}
