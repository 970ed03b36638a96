// Which lines of a stack are not the application's own, by how each platform writes its frames.
const LIBRARY = [
  /node_modules|\(node:|at node:|<anonymous>/,
  /^\s*at (java|javax|jdk|sun|kotlin|scala|org\.springframework|org\.apache|io\.netty|org\.eclipse)\./,
  /site-packages|dist-packages|lib\/python\d/,
  /^\s*at (System|Microsoft)\./,
  /\/usr\/local\/go\/src\/|\/go\/pkg\/mod\/|^(runtime|net\/http)[./(]/,
];

export function isLibraryFrame(line: string): boolean {
  return LIBRARY.some((pattern) => pattern.test(line));
}
