// What the address asks for is asked at once, while the page is still being made.
import type { QueryClient } from '@tanstack/react-query';
import { checkQuery } from './api/explore';
import { operationQuery, operationsQuery, traceQuery } from './api/queries';
import { toFilter } from './lib/listQuery';
import { parseSearch, validateSearch } from './lib/search';
import { columnsOf, fieldsOf } from './pages/operations/columns';

const OPERATION = /^operations\/([0-9a-f]{32})$/;

export function askEarly(queries: QueryClient): void {
  const { pathname, search } = location;
  const path = pathname.slice(new URL(document.baseURI).pathname.length);
  const id = OPERATION.exec(path)?.[1];
  if (id) askOperation(queries, id);
  else if (path === '' || path === 'operations') {
    const asked = validateSearch(parseSearch(search));
    if (asked.live === '1') return;
    // The check of a query says which columns its list has.
    if (asked.q) queries.query(checkQuery(asked.q)).catch(asksAgain);
    else queries.infiniteQuery(operationsQuery(toFilter(asked, fieldsOf(columnsOf(asked.cols, []))))).catch(asksAgain);
  }
}

function askOperation(queries: QueryClient, id: string): void {
  void import('./pages/operation/OperationPage');
  queries.query(operationQuery(id)).then((op) => queries.query(traceQuery(op))).catch(asksAgain);
}

/** The page asks again by itself, and tells what is wrong. */
const asksAgain = () => {};
