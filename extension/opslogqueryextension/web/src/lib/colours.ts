/** The colours that tokens stand for just now, near an element: a canvas cannot read them itself. */
export function tokenColours(near: HTMLElement): (token: string) => string {
  const probe = document.createElement('span');
  const known = new Map<string, string>();
  return (token) => {
    const before = known.get(token);
    if (before) return before;
    near.parentElement?.append(probe);
    probe.style.color = `var(${token})`;
    const colour = getComputedStyle(probe).color;
    probe.remove();
    known.set(token, colour);
    return colour;
  };
}
