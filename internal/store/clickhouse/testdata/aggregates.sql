-- | count()
SELECT c0
FROM
(
    SELECT CAST(count(), 'Nullable(Int64)') AS c0
    FROM `opslog`.`operations` FINAL
    WHERE start_time >= fromUnixTimestamp64Nano({p0:Int64}, 'UTC')
    AND start_time < fromUnixTimestamp64Nano({p1:Int64}, 'UTC')
) AS found
LIMIT {p4:Int64}
--   p0 = '1000000000000000000'
--   p1 = '1000003600000000000'
--   p2 = '1000000000000000000'
--   p3 = '1000003600000000000'
--   p4 = '10001'

-- status = error | rate, error_rate, count(user), uniq(user), sum(attr.amount), p99(duration) by service, 1m | where count(user) > 10 and service != a | sort rate desc | limit 5
SELECT c0, c1, c2, c3, c4, c5, c6, c7
FROM
(
    SELECT CAST(nullIf(service_name, ''), 'Nullable(String)') AS c0, CAST(intDiv(toUnixTimestamp64Nano(start_time), {p5:Int64}) * {p5:Int64}, 'Nullable(Int64)') AS c1, CAST(count() / ((least(intDiv(toUnixTimestamp64Nano(start_time), {p5:Int64}) * {p5:Int64} + {p8:Int64}, {p7:Int64}) - greatest(intDiv(toUnixTimestamp64Nano(start_time), {p5:Int64}) * {p5:Int64}, {p6:Int64})) / 1e9), 'Nullable(Float64)') AS c2, CAST(if(count() = 0, NULL, countIf(status = 'error') / count()), 'Nullable(Float64)') AS c3, CAST(countIf(notEmpty(user_id)), 'Nullable(Int64)') AS c4, CAST(uniqIf(user_id, notEmpty(user_id)), 'Nullable(Int64)') AS c5, CAST(ifNull(sum(if(mapContains(attributes, {p9:String}) AND match(attributes[{p9:String}], '^[0-9.eE+-]+$'), toFloat64OrNull(attributes[{p9:String}]), NULL)), 0), 'Nullable(Float64)') AS c6, CAST(round(quantileTDigestOrNull(0.99)(duration)), 'Nullable(Int64)') AS c7
    FROM `opslog`.`operations` FINAL
    WHERE start_time >= fromUnixTimestamp64Nano({p0:Int64}, 'UTC')
    AND start_time < fromUnixTimestamp64Nano({p1:Int64}, 'UTC')
    AND (notEmpty(status) AND lowerUTF8(status) = {p2:String})
    GROUP BY service_name, intDiv(toUnixTimestamp64Nano(start_time), {p5:Int64}) * {p5:Int64}
) AS found
WHERE ((isNotNull(c4) AND c4 > {p10:Int64}) AND (isNotNull(c0) AND assumeNotNull(c0) != {p11:String}))
ORDER BY c2 DESC NULLS LAST, c0 ASC NULLS LAST, c1 ASC NULLS LAST
LIMIT {p12:Int64}
--   p0 = '1000000000000000000'
--   p1 = '1000003600000000000'
--   p2 = 'error'
--   p3 = '1000000000000000000'
--   p4 = '1000003600000000000'
--   p5 = '60000000000'
--   p6 = '1000000000000000000'
--   p7 = '1000003600000000000'
--   p8 = '60000000000'
--   p9 = 'amount'
--   p10 = '10'
--   p11 = 'a'
--   p12 = '6'

-- | avg(duration), max(time), min(span.count) by trace, attr.region, complete, time
SELECT c0, c1, c2, c3, c4, c5, c6
FROM
(
    SELECT CAST(if(trace_id != toFixedString(unhex({p4:String}), 16), lower(hex(trace_id)), NULL), 'Nullable(String)') AS c0, CAST(if(mapContains(attributes, {p5:String}), attributes[{p5:String}], NULL), 'Nullable(String)') AS c1, CAST(toInt64(complete), 'Nullable(Int64)') AS c2, CAST(intDiv(toUnixTimestamp64Nano(start_time), {p6:Int64}) * {p6:Int64}, 'Nullable(Int64)') AS c3, CAST(round(avgOrNull(duration)), 'Nullable(Int64)') AS c4, CAST(maxOrNull(toUnixTimestamp64Nano(start_time)), 'Nullable(Int64)') AS c5, CAST(minOrNull(span_count), 'Nullable(Int64)') AS c6
    FROM `opslog`.`operations` FINAL
    WHERE start_time >= fromUnixTimestamp64Nano({p0:Int64}, 'UTC')
    AND start_time < fromUnixTimestamp64Nano({p1:Int64}, 'UTC')
    GROUP BY if(trace_id != toFixedString(unhex({p4:String}), 16), lower(hex(trace_id)), NULL), if(mapContains(attributes, {p5:String}), attributes[{p5:String}], NULL), toInt64(complete), intDiv(toUnixTimestamp64Nano(start_time), {p6:Int64}) * {p6:Int64}
) AS found
ORDER BY c3 ASC NULLS LAST, c0 ASC NULLS LAST, c1 ASC NULLS LAST, c2 ASC NULLS LAST, c3 ASC NULLS LAST
LIMIT {p10:Int64}
--   p0 = '1000000000000000000'
--   p1 = '1000003600000000000'
--   p2 = '1000000000000000000'
--   p3 = '1000003600000000000'
--   p4 = '00000000000000000000000000000000'
--   p5 = 'region'
--   p6 = '60000000000'
--   p7 = '1000000000000000000'
--   p8 = '1000003600000000000'
--   p9 = '60000000000'
--   p10 = '10001'

