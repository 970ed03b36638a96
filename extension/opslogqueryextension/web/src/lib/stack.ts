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
