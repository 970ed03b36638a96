import type { MapEdge, ServiceMap } from '../../api/pages';
import { formatCount } from '../../lib/number';
import { clip } from '../../lib/text';
import css from './Map.module.css';
import { errorText } from './words';

/** Who calls whom: callers as rows, the called as columns, the number of calls where they meet. */
export function Matrix({ map, onSelect }: { map: ServiceMap; onSelect: (edge: MapEdge) => void }) {
  const callers = map.nodes.filter((n) => map.edges.some((e) => e.source === n.id));
  const called = map.nodes.filter((n) => map.edges.some((e) => e.target === n.id));
  const most = Math.max(1, ...map.edges.map((e) => e.calls));
  const find = (source: string, target: string) => map.edges.find((e) => e.source === source && e.target === target);
  return (
    <div className={css.matrixBox} tabIndex={0} role="group" aria-label="Matrix of calls">
      <table className={css.matrix} data-testid="map-matrix">
        <caption className="visually-hidden">Calls from the services of the rows to those of the columns</caption>
        <thead><tr><td />{called.map((n) => <th key={n.id} scope="col"><bdi title={clip(n.name, 300)}>{clip(n.name, 24)}</bdi></th>)}</tr></thead>
        <tbody>
          {callers.map((caller) => (
            <tr key={caller.id}>
              <th scope="row"><bdi title={clip(caller.name, 300)}>{clip(caller.name, 32)}</bdi></th>
              {called.map((target) => {
                const edge = find(caller.id, target.id);
                if (!edge) return <td key={target.id} />;
                const tint = `color-mix(in oklab, var(--${edge.errors > 0 ? 'error' : 'accent'}-solid) ${4 + Math.round((edge.errors > 0 ? 6 : 22) * Math.sqrt(edge.calls / most))}%, transparent)`;
                return (
                  <td key={target.id} style={{ backgroundColor: tint }}>
                    <button type="button" onClick={() => onSelect(edge)} aria-label={`${caller.name} to ${target.name}: ${formatCount(edge.calls)} calls, ${errorText(edge)} failed`}>
                      {formatCount(edge.calls)}{edge.errors > 0 && <span className={css.red}>✕ {errorText(edge)}</span>}
                    </button>
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
