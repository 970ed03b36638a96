import { serviceVar } from '../lib/service';
import css from './ServiceName.module.css';

export function ServiceDot({ name }: { name: string }) {
  return <span className={css.dot} style={{ backgroundColor: serviceVar(name) }} aria-hidden />;
}

export function ServiceName({ name, version }: { name: string | undefined; version?: string | undefined }) {
  if (!name) return <span className={css.version}>unknown service</span>;
  return (
    <span className={css.service} title={version ? `${name} ${version}` : name}>
      <ServiceDot name={name} />
      <bdi className={css.name}>{name}</bdi>
      {version ? <bdi className={css.version}>{version}</bdi> : null}
    </span>
  );
}
