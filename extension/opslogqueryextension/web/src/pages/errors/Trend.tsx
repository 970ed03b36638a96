import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { type ErrorGroup, type Filter, deploysQuery } from '../../api/pages';
import { TimeChart } from '../../charts/TimeChart';
import { Section } from '../../components/Page';
import { groupText } from '../../lib/errors';
import { formatCount } from '../../lib/number';
import { type ErrorSearch, endsOf } from '../../lib/pageSearch';
import { toDate } from '../../lib/time';

const DAY_MS = 864e5;
const TEN_MINUTES_MS = 6e5;

/** How often the error happened over the range, with the versions that came in it. */
export function Trend({ group, filter, search }: { group: ErrorGroup; filter: Filter; search: ErrorSearch }) {
  const navigate = useNavigate();
  const [from, to] = endsOf(filter, new Date());
  // Asked for with a day before the range, so that what was there when it began is told from what came within it.
  const early = new Date(Math.floor((from - DAY_MS) / TEN_MINUTES_MS) * TEN_MINUTES_MS).toISOString();
  const deploys = useQuery(deploysQuery({ from: early, to: filter.to, service: group.service })).data?.items ?? [];
  const { counts, start, bucket_ns: width } = group.distribution ?? { counts: [], start: '0', bucket_ns: 6e10 };
  const step = width / 1e6;
  const first = toDate(start).getTime();
  const times = counts.map((_, i) => first + i * step);
  const oldest = Math.min(...deploys.map((d) => toDate(d.first_seen).getTime()));
  const marks = deploys.filter((d) => toDate(d.first_seen).getTime() > Math.max(from, oldest)).map((d) => ({ time: toDate(d.first_seen).getTime(), label: `${d.service} ${d.version}` }));
  const pick = (time: number) =>
    void navigate({ to: '/operations', search: { q: groupText(group), service: search.of ?? group.service, from: new Date(time).toISOString(), to: new Date(time + step).toISOString() } });
  return (
    <Section title="Over time" id="error-trend">
      <TimeChart label={`${formatCount(group.count)} failed operations over the range, at most ${formatCount(Math.max(0, ...counts))} in one bucket`} times={times} step={step} from={Math.min(from, first || from)} to={to}
        kind="bars" height={150} lines={[{ name: 'failed operations', colour: 'var(--error-solid)', values: counts }]} format={(v) => formatCount(v)} marks={marks} onPick={pick} />
    </Section>
  );
}
