-- {Field:{Name:name Type:0 Key: Fold:false} Op:= Value:'; DROP TABLE operations; --}
(notEmpty(name) AND name = {p0:String})
--   p0 = '\'; DROP TABLE operations; --'
-- {Field:{Name:name Type:0 Key: Fold:false} Op:= Value:'; DROP TABLE operations; --}
(notEmpty(name) AND name = {p0:String})
--   p0 = '\'; DROP TABLE operations; --'

-- {Field:{Name:name Type:0 Key: Fold:false} Op:~ Value:^a.*}
(notEmpty(name) AND match(name, {p0:String}))
--   p0 = '(?-s)^a.*'
-- {Field:{Name:name Type:0 Key: Fold:false} Op:~ Value:^a.*}
(notEmpty(name) AND match(name, {p0:String}))
--   p0 = '(?-s)^a.*'

-- {Field:{Name:name Type:0 Key: Fold:false} Op:!~ Value:b}
(notEmpty(name) AND NOT match(name, {p0:String}))
--   p0 = '(?-s)b'
-- {Field:{Name:name Type:0 Key: Fold:false} Op:!~ Value:b}
(notEmpty(name) AND NOT match(name, {p0:String}))
--   p0 = '(?-s)b'

-- {Field:{Name:name Type:0 Key: Fold:false} Op:like Value:50%_\*?}
(notEmpty(name) AND name LIKE {p0:String})
--   p0 = '50\\\\%\\\\_\\\\\\\\%_'
-- {Field:{Name:name Type:0 Key: Fold:false} Op:like Value:50%_\*?}
(notEmpty(name) AND name LIKE {p0:String})
--   p0 = '50\\\\%\\\\_\\\\\\\\%_'

-- {Field:{Name:status Type:0 Key: Fold:true} Op:contains Value:ERR}
(notEmpty(status) AND position(lowerUTF8(status), {p0:String}) > 0)
--   p0 = 'err'
-- {Field:{Name:status Type:0 Key: Fold:true} Op:contains Value:ERR}
(notEmpty(status) AND position(lowerUTF8(status), {p0:String}) > 0)
--   p0 = 'err'

-- {Field:{Name:duration Type:5 Key: Fold:false} Op:> Value:1s}
duration > {p0:Int64}
--   p0 = '1000000000'
-- {Field:{Name:duration Type:5 Key: Fold:false} Op:> Value:1s}
duration > {p0:Int64}
--   p0 = '1000000000'

-- {Field:{Name:start_time Type:0 Key: Fold:false} Op:<= Value:1700000000123456789}
start_time <= fromUnixTimestamp64Nano({p0:Int64}, 'UTC')
--   p0 = '1700000000123456789'
-- {Field:{Name:start_time Type:0 Key: Fold:false} Op:<= Value:1700000000123456789}
start_time <= fromUnixTimestamp64Nano({p0:Int64}, 'UTC')
--   p0 = '1700000000123456789'

-- {Field:{Name:kind_confidence Type:0 Key: Fold:false} Op:>= Value:0.1}
kind_confidence >= {p0:Float64}
--   p0 = '0.1'
-- {Field:{Name:kind_confidence Type:0 Key: Fold:false} Op:>= Value:0.1}
kind_confidence >= {p0:Float64}
--   p0 = '0.1'

-- {Field:{Name:complete Type:0 Key: Fold:false} Op:!= Value:true}
complete != {p0:Bool}
--   p0 = 'true'
-- {Field:{Name:complete Type:0 Key: Fold:false} Op:!= Value:true}
complete != {p0:Bool}
--   p0 = 'true'

-- {Field:{Name:trace_id Type:0 Key: Fold:false} Op:= Value:01000000000000000000000000000000}
(trace_id != toFixedString(unhex({p0:String}), 16) AND trace_id = toFixedString(unhex({p1:String}), 16))
--   p0 = '00000000000000000000000000000000'
--   p1 = '01000000000000000000000000000000'
-- {Field:{Name:trace_id Type:0 Key: Fold:false} Op:= Value:01000000000000000000000000000000}
(trace_id != toFixedString(unhex({p0:String}), 16) AND trace_id = toFixedString(unhex({p1:String}), 16))
--   p0 = '00000000000000000000000000000000'
--   p1 = '01000000000000000000000000000000'

-- {Field:{Name:span_id Type:0 Key: Fold:false} Op:!= Value:0100000000000000}
(span_id != toFixedString(unhex({p0:String}), 8) AND span_id != toFixedString(unhex({p1:String}), 8))
--   p0 = '0000000000000000'
--   p1 = '0100000000000000'
-- {Field:{Name:span_id Type:0 Key: Fold:false} Op:!= Value:0100000000000000}
(span_id != toFixedString(unhex({p0:String}), 8) AND span_id != toFixedString(unhex({p1:String}), 8))
--   p0 = '0000000000000000'
--   p1 = '0100000000000000'

-- {Field:{Name:attributes Type:7 Key:shop.region Fold:false} Op:= Value:eu}
(mapContains(attributes, {p0:String}) AND has(attribute_items, {p3:String}) AND if(substring(attributes_types, indexOf(mapKeys(attributes), {p0:String}), 1) = 'l', arrayExists(element -> element = {p2:String}, arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(attributes[{p0:String}]))), attributes[{p0:String}] = {p1:String}))
--   p0 = 'shop.region'
--   p1 = 'eu'
--   p2 = 'eu'
--   p3 = 'shop.region=eu'
-- {Field:{Name:attributes Type:7 Key:shop.region Fold:false} Op:= Value:eu}
(mapContains(attributes, {p0:String}) AND if(substring(attributes_types, indexOf(mapKeys(attributes), {p0:String}), 1) = 'l', arrayExists(element -> element = {p2:String}, arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(attributes[{p0:String}]))), attributes[{p0:String}] = {p1:String}))
--   p0 = 'shop.region'
--   p1 = 'eu'
--   p2 = 'eu'

-- {Field:{Name:attributes Type:7 Key:shop.region Fold:false} Op:< Value:12.5}
(mapContains(attributes, {p0:String}) AND if(substring(attributes_types, indexOf(mapKeys(attributes), {p0:String}), 1) = 'l', arrayExists(element -> (match(element, '^[0-9.eE+-]+$') AND ifNull(toFloat64OrNull(element) < {p2:Float64}, false)), arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(attributes[{p0:String}]))), (match(attributes[{p0:String}], '^[0-9.eE+-]+$') AND ifNull(toFloat64OrNull(attributes[{p0:String}]) < {p1:Float64}, false))))
--   p0 = 'shop.region'
--   p1 = '12.5'
--   p2 = '12.5'
-- {Field:{Name:attributes Type:7 Key:shop.region Fold:false} Op:< Value:12.5}
(mapContains(attributes, {p0:String}) AND if(substring(attributes_types, indexOf(mapKeys(attributes), {p0:String}), 1) = 'l', arrayExists(element -> (match(element, '^[0-9.eE+-]+$') AND ifNull(toFloat64OrNull(element) < {p2:Float64}, false)), arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(attributes[{p0:String}]))), (match(attributes[{p0:String}], '^[0-9.eE+-]+$') AND ifNull(toFloat64OrNull(attributes[{p0:String}]) < {p1:Float64}, false))))
--   p0 = 'shop.region'
--   p1 = '12.5'
--   p2 = '12.5'

-- {Field:{Name:resource Type:7 Key:k') OR 1=1 -- Fold:false} Op:= Value:true}
(mapContains(resource, {p0:String}) AND if(substring(resource_types, indexOf(mapKeys(resource), {p0:String}), 1) = 'l', arrayExists(element -> element = {p2:String}, arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(resource[{p0:String}]))), resource[{p0:String}] = {p1:String}))
--   p0 = 'k\') OR 1=1 --'
--   p1 = 'true'
--   p2 = 'true'
-- {Field:{Name:resource Type:7 Key:k') OR 1=1 -- Fold:false} Op:= Value:true}
(mapContains(resource, {p0:String}) AND if(substring(resource_types, indexOf(mapKeys(resource), {p0:String}), 1) = 'l', arrayExists(element -> element = {p2:String}, arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(resource[{p0:String}]))), resource[{p0:String}] = {p1:String}))
--   p0 = 'k\') OR 1=1 --'
--   p1 = 'true'
--   p2 = 'true'

-- {Field:{Name:name Type:0 Key: Fold:false} Values:[a b]}
((notEmpty(name) AND name = {p0:String}) OR (notEmpty(name) AND name = {p1:String}))
--   p0 = 'a'
--   p1 = 'b'
-- {Field:{Name:name Type:0 Key: Fold:false} Values:[a b]}
((notEmpty(name) AND name = {p0:String}) OR (notEmpty(name) AND name = {p1:String}))
--   p0 = 'a'
--   p1 = 'b'

-- {Field:{Name:name Type:0 Key: Fold:false} Values:[]}
false
-- {Field:{Name:name Type:0 Key: Fold:false} Values:[]}
false

-- {Field:{Name:name Type:0 Key: Fold:false}}
notEmpty(name)
-- {Field:{Name:name Type:0 Key: Fold:false}}
notEmpty(name)

-- {Field:{Name:duration Type:5 Key: Fold:false}}
true
-- {Field:{Name:duration Type:5 Key: Fold:false}}
true

-- {Field:{Name:resource Type:7 Key:k') OR 1=1 -- Fold:false}}
mapContains(resource, {p0:String})
--   p0 = 'k\') OR 1=1 --'
-- {Field:{Name:resource Type:7 Key:k') OR 1=1 -- Fold:false}}
mapContains(resource, {p0:String})
--   p0 = 'k\') OR 1=1 --'

-- {Field:{Name:retry_of Type:0 Key: Fold:false}}
retry_of != toFixedString(unhex({p0:String}), 16)
--   p0 = '00000000000000000000000000000000'
-- {Field:{Name:retry_of Type:0 Key: Fold:false}}
retry_of != toFixedString(unhex({p0:String}), 16)
--   p0 = '00000000000000000000000000000000'

-- {Field:{Name:findings Type:0 Key: Fold:false}}
notEmpty(findings)
-- {Field:{Name:findings Type:0 Key: Fold:false}}
notEmpty(findings)

-- {Words:Connection refused!}
(hasAllTokens(search_text, [{p7:String}, {p8:String}]) AND (position(lowerUTF8(name), {p0:String}) > 0 OR position(lowerUTF8(target), {p1:String}) > 0 OR position(lowerUTF8(error_type), {p2:String}) > 0 OR position(lowerUTF8(error_message), {p3:String}) > 0 OR position(lowerUTF8(status_message), {p4:String}) > 0 OR position(lowerUTF8(request_body), {p5:String}) > 0 OR position(lowerUTF8(response_body), {p6:String}) > 0))
--   p0 = 'connection refused!'
--   p1 = 'connection refused!'
--   p2 = 'connection refused!'
--   p3 = 'connection refused!'
--   p4 = 'connection refused!'
--   p5 = 'connection refused!'
--   p6 = 'connection refused!'
--   p7 = 'connection'
--   p8 = 'refused'
-- {Words:Connection refused!}
(position(lowerUTF8(name), {p0:String}) > 0 OR position(lowerUTF8(target), {p1:String}) > 0 OR position(lowerUTF8(error_type), {p2:String}) > 0 OR position(lowerUTF8(error_message), {p3:String}) > 0 OR position(lowerUTF8(status_message), {p4:String}) > 0)
--   p0 = 'connection refused!'
--   p1 = 'connection refused!'
--   p2 = 'connection refused!'
--   p3 = 'connection refused!'
--   p4 = 'connection refused!'

-- {Words:--}
(position(lowerUTF8(name), {p0:String}) > 0 OR position(lowerUTF8(target), {p1:String}) > 0 OR position(lowerUTF8(error_type), {p2:String}) > 0 OR position(lowerUTF8(error_message), {p3:String}) > 0 OR position(lowerUTF8(status_message), {p4:String}) > 0 OR position(lowerUTF8(request_body), {p5:String}) > 0 OR position(lowerUTF8(response_body), {p6:String}) > 0)
--   p0 = '--'
--   p1 = '--'
--   p2 = '--'
--   p3 = '--'
--   p4 = '--'
--   p5 = '--'
--   p6 = '--'
-- {Words:--}
(position(lowerUTF8(name), {p0:String}) > 0 OR position(lowerUTF8(target), {p1:String}) > 0 OR position(lowerUTF8(error_type), {p2:String}) > 0 OR position(lowerUTF8(error_message), {p3:String}) > 0 OR position(lowerUTF8(status_message), {p4:String}) > 0)
--   p0 = '--'
--   p1 = '--'
--   p2 = '--'
--   p3 = '--'
--   p4 = '--'

-- {Kind:any Over:external Term:{Field:{Name:system Type:0 Key: Fold:false} Op:= Value:redis}}
arrayExists(part -> (notEmpty(JSONExtractString(part, 'system')) AND JSONExtractString(part, 'system') = {p0:String}), JSONExtractArrayRaw(external))
--   p0 = 'redis'
-- {Kind:any Over:external Term:{Field:{Name:system Type:0 Key: Fold:false} Op:= Value:redis}}
arrayExists(part -> (notEmpty(JSONExtractString(part, 'system')) AND JSONExtractString(part, 'system') = {p0:String}), JSONExtractArrayRaw(external))
--   p0 = 'redis'

-- {Kind:all Over:effects Term:{Field:{Name:rows Type:0 Key: Fold:false} Op:> Value:3}}
(notEmpty(effects) AND arrayAll(part -> (JSONHas(part, 'rows') AND JSONExtractInt(part, 'rows') > {p0:Int64}), JSONExtractArrayRaw(effects)))
--   p0 = '3'
-- {Kind:all Over:effects Term:{Field:{Name:rows Type:0 Key: Fold:false} Op:> Value:3}}
(notEmpty(effects) AND arrayAll(part -> (JSONHas(part, 'rows') AND JSONExtractInt(part, 'rows') > {p0:Int64}), JSONExtractArrayRaw(effects)))
--   p0 = '3'

-- {Kind:none Over:findings Term:{Field:{Name:span_ids Type:0 Key: Fold:false}}}
NOT arrayExists(part -> JSONHas(part, 'span_ids'), JSONExtractArrayRaw(findings))
-- {Kind:none Over:findings Term:{Field:{Name:span_ids Type:0 Key: Fold:false}}}
NOT arrayExists(part -> JSONHas(part, 'span_ids'), JSONExtractArrayRaw(findings))

-- {Kind:any Over:links Term:{Terms:[{Field:{Name:trace_id Type:0 Key: Fold:false} Op:= Value:01000000000000000000000000000000} {Field:{Name:attributes Type:7 Key:shop.region Fold:false} Op:= Value:eu} {Field:{Name:attributes Type:7 Key:$k Fold:false}}]}}
arrayExists(part -> ((notEmpty(JSONExtractString(part, 'trace_id')) AND JSONExtractString(part, 'trace_id') = {p0:String}) AND (JSONHas(part, 'attributes', {p1:String}) AND if(startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '['), arrayExists(element -> element = {p3:String}, arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(multiIf(startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '"'), JSONExtractString(JSONExtractRaw(part, 'attributes', {p1:String})), startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '{"$bytes":'), JSONExtractString(JSONExtractRaw(part, 'attributes', {p1:String}), '$bytes'), startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '{"$float":'), JSONExtractString(JSONExtractRaw(part, 'attributes', {p1:String}), '$float'), JSONExtractRaw(part, 'attributes', {p1:String}) = 'null', '', replaceRegexpOne(JSONExtractRaw(part, 'attributes', {p1:String}), '^(-?[0-9]+)\\.0$', '\\1'))))), multiIf(startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '"'), JSONExtractString(JSONExtractRaw(part, 'attributes', {p1:String})), startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '{"$bytes":'), JSONExtractString(JSONExtractRaw(part, 'attributes', {p1:String}), '$bytes'), startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '{"$float":'), JSONExtractString(JSONExtractRaw(part, 'attributes', {p1:String}), '$float'), JSONExtractRaw(part, 'attributes', {p1:String}) = 'null', '', replaceRegexpOne(JSONExtractRaw(part, 'attributes', {p1:String}), '^(-?[0-9]+)\\.0$', '\\1')) = {p2:String})) AND JSONHas(part, 'attributes', if(JSONLength(part, 'attributes') = 1, {p5:String}, {p4:String}))), JSONExtractArrayRaw(links))
--   p0 = '01000000000000000000000000000000'
--   p1 = 'shop.region'
--   p2 = 'eu'
--   p3 = 'eu'
--   p4 = '$k'
--   p5 = '$$k'
-- {Kind:any Over:links Term:{Terms:[{Field:{Name:trace_id Type:0 Key: Fold:false} Op:= Value:01000000000000000000000000000000} {Field:{Name:attributes Type:7 Key:shop.region Fold:false} Op:= Value:eu} {Field:{Name:attributes Type:7 Key:$k Fold:false}}]}}
arrayExists(part -> ((notEmpty(JSONExtractString(part, 'trace_id')) AND JSONExtractString(part, 'trace_id') = {p0:String}) AND (JSONHas(part, 'attributes', {p1:String}) AND if(startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '['), arrayExists(element -> element = {p3:String}, arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(multiIf(startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '"'), JSONExtractString(JSONExtractRaw(part, 'attributes', {p1:String})), startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '{"$bytes":'), JSONExtractString(JSONExtractRaw(part, 'attributes', {p1:String}), '$bytes'), startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '{"$float":'), JSONExtractString(JSONExtractRaw(part, 'attributes', {p1:String}), '$float'), JSONExtractRaw(part, 'attributes', {p1:String}) = 'null', '', replaceRegexpOne(JSONExtractRaw(part, 'attributes', {p1:String}), '^(-?[0-9]+)\\.0$', '\\1'))))), multiIf(startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '"'), JSONExtractString(JSONExtractRaw(part, 'attributes', {p1:String})), startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '{"$bytes":'), JSONExtractString(JSONExtractRaw(part, 'attributes', {p1:String}), '$bytes'), startsWith(JSONExtractRaw(part, 'attributes', {p1:String}), '{"$float":'), JSONExtractString(JSONExtractRaw(part, 'attributes', {p1:String}), '$float'), JSONExtractRaw(part, 'attributes', {p1:String}) = 'null', '', replaceRegexpOne(JSONExtractRaw(part, 'attributes', {p1:String}), '^(-?[0-9]+)\\.0$', '\\1')) = {p2:String})) AND JSONHas(part, 'attributes', if(JSONLength(part, 'attributes') = 1, {p5:String}, {p4:String}))), JSONExtractArrayRaw(links))
--   p0 = '01000000000000000000000000000000'
--   p1 = 'shop.region'
--   p2 = 'eu'
--   p3 = 'eu'
--   p4 = '$k'
--   p5 = '$$k'

-- {Kind:any Over:spans Term:{Field:{Name:resource Type:7 Key:k') OR 1=1 -- Fold:false} Op:= Value:x}}
operation_id IN (SELECT o.operation_id
FROM (SELECT trace_id, service_name, start_time FROM `opslog`.`spans` FINAL WHERE (mapContains(resource, {p0:String}) AND if(substring(resource_types, indexOf(mapKeys(resource), {p0:String}), 1) = 'l', arrayExists(element -> element = {p2:String}, arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(resource[{p0:String}]))), resource[{p0:String}] = {p1:String}))) AS s
INNER JOIN (SELECT operation_id, trace_id, service_name, start_time, duration FROM `opslog`.`operations` FINAL WHERE a
    AND b) AS o
    ON s.trace_id = o.trace_id AND s.service_name = o.service_name
WHERE toUnixTimestamp64Nano(s.start_time) - toUnixTimestamp64Nano(o.start_time) BETWEEN 0 AND o.duration)
--   p0 = 'k\') OR 1=1 --'
--   p1 = 'x'
--   p2 = 'x'
-- {Kind:any Over:spans Term:{Field:{Name:resource Type:7 Key:k') OR 1=1 -- Fold:false} Op:= Value:x}}
operation_id IN (SELECT o.operation_id
FROM (SELECT trace_id, service_name, start_time FROM `opslog`.`spans` FINAL WHERE (mapContains(resource, {p0:String}) AND if(substring(resource_types, indexOf(mapKeys(resource), {p0:String}), 1) = 'l', arrayExists(element -> element = {p2:String}, arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(resource[{p0:String}]))), resource[{p0:String}] = {p1:String}))) AS s
INNER JOIN (SELECT operation_id, trace_id, service_name, start_time, duration FROM `opslog`.`operations` FINAL WHERE a
    AND b) AS o
    ON s.trace_id = o.trace_id AND s.service_name = o.service_name
WHERE toUnixTimestamp64Nano(s.start_time) - toUnixTimestamp64Nano(o.start_time) BETWEEN 0 AND o.duration)
--   p0 = 'k\') OR 1=1 --'
--   p1 = 'x'
--   p2 = 'x'

-- {Kind:all Over:spans Term:{Field:{Name:duration Type:5 Key: Fold:false} Op:> Value:1ms}}
(operation_id IN (SELECT o.operation_id
FROM (SELECT trace_id, service_name, start_time FROM `opslog`.`spans` FINAL WHERE true) AS s
INNER JOIN (SELECT operation_id, trace_id, service_name, start_time, duration FROM `opslog`.`operations` FINAL WHERE a
    AND b) AS o
    ON s.trace_id = o.trace_id AND s.service_name = o.service_name
WHERE toUnixTimestamp64Nano(s.start_time) - toUnixTimestamp64Nano(o.start_time) BETWEEN 0 AND o.duration) AND NOT operation_id IN (SELECT o.operation_id
FROM (SELECT trace_id, service_name, start_time FROM `opslog`.`spans` FINAL WHERE NOT duration > {p0:Int64}) AS s
INNER JOIN (SELECT operation_id, trace_id, service_name, start_time, duration FROM `opslog`.`operations` FINAL WHERE a
    AND b) AS o
    ON s.trace_id = o.trace_id AND s.service_name = o.service_name
WHERE toUnixTimestamp64Nano(s.start_time) - toUnixTimestamp64Nano(o.start_time) BETWEEN 0 AND o.duration))
--   p0 = '1000000'
-- {Kind:all Over:spans Term:{Field:{Name:duration Type:5 Key: Fold:false} Op:> Value:1ms}}
(operation_id IN (SELECT o.operation_id
FROM (SELECT trace_id, service_name, start_time FROM `opslog`.`spans` FINAL WHERE true) AS s
INNER JOIN (SELECT operation_id, trace_id, service_name, start_time, duration FROM `opslog`.`operations` FINAL WHERE a
    AND b) AS o
    ON s.trace_id = o.trace_id AND s.service_name = o.service_name
WHERE toUnixTimestamp64Nano(s.start_time) - toUnixTimestamp64Nano(o.start_time) BETWEEN 0 AND o.duration) AND NOT operation_id IN (SELECT o.operation_id
FROM (SELECT trace_id, service_name, start_time FROM `opslog`.`spans` FINAL WHERE NOT duration > {p0:Int64}) AS s
INNER JOIN (SELECT operation_id, trace_id, service_name, start_time, duration FROM `opslog`.`operations` FINAL WHERE a
    AND b) AS o
    ON s.trace_id = o.trace_id AND s.service_name = o.service_name
WHERE toUnixTimestamp64Nano(s.start_time) - toUnixTimestamp64Nano(o.start_time) BETWEEN 0 AND o.duration))
--   p0 = '1000000'

-- {Kind:none Over:spans Term:{Terms:[{Field:{Name:events Type:7 Key:name Fold:false} Op:= Value:exception} {Field:{Name:events Type:7 Key:try Fold:false} Op:>= Value:2} {Field:{Name:events Type:7 Key:name Fold:false}}]}}
NOT operation_id IN (SELECT o.operation_id
FROM (SELECT trace_id, service_name, start_time FROM `opslog`.`spans` FINAL WHERE (arrayExists(event -> if(false, arrayExists(element -> element = {p1:String}, arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(JSONExtractString(event, 'name')))), JSONExtractString(event, 'name') = {p0:String}), JSONExtractArrayRaw(events)) OR arrayExists(event -> (JSONHas(event, 'attributes', {p2:String}) AND if(startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '['), arrayExists(element -> (match(element, '^[0-9.eE+-]+$') AND ifNull(toFloat64OrNull(element) >= {p4:Float64}, false)), arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(multiIf(startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '"'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String})), startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '{"$bytes":'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String}), '$bytes'), startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '{"$float":'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String}), '$float'), JSONExtractRaw(event, 'attributes', {p2:String}) = 'null', '', replaceRegexpOne(JSONExtractRaw(event, 'attributes', {p2:String}), '^(-?[0-9]+)\\.0$', '\\1'))))), (match(multiIf(startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '"'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String})), startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '{"$bytes":'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String}), '$bytes'), startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '{"$float":'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String}), '$float'), JSONExtractRaw(event, 'attributes', {p2:String}) = 'null', '', replaceRegexpOne(JSONExtractRaw(event, 'attributes', {p2:String}), '^(-?[0-9]+)\\.0$', '\\1')), '^[0-9.eE+-]+$') AND ifNull(toFloat64OrNull(multiIf(startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '"'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String})), startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '{"$bytes":'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String}), '$bytes'), startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '{"$float":'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String}), '$float'), JSONExtractRaw(event, 'attributes', {p2:String}) = 'null', '', replaceRegexpOne(JSONExtractRaw(event, 'attributes', {p2:String}), '^(-?[0-9]+)\\.0$', '\\1'))) >= {p3:Float64}, false)))), JSONExtractArrayRaw(events)) OR arrayExists(event -> true, JSONExtractArrayRaw(events)))) AS s
INNER JOIN (SELECT operation_id, trace_id, service_name, start_time, duration FROM `opslog`.`operations` FINAL WHERE a
    AND b) AS o
    ON s.trace_id = o.trace_id AND s.service_name = o.service_name
WHERE toUnixTimestamp64Nano(s.start_time) - toUnixTimestamp64Nano(o.start_time) BETWEEN 0 AND o.duration)
--   p0 = 'exception'
--   p1 = 'exception'
--   p2 = 'try'
--   p3 = '2'
--   p4 = '2'
-- {Kind:none Over:spans Term:{Terms:[{Field:{Name:events Type:7 Key:name Fold:false} Op:= Value:exception} {Field:{Name:events Type:7 Key:try Fold:false} Op:>= Value:2} {Field:{Name:events Type:7 Key:name Fold:false}}]}}
NOT operation_id IN (SELECT o.operation_id
FROM (SELECT trace_id, service_name, start_time FROM `opslog`.`spans` FINAL WHERE (arrayExists(event -> if(false, arrayExists(element -> element = {p1:String}, arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(JSONExtractString(event, 'name')))), JSONExtractString(event, 'name') = {p0:String}), JSONExtractArrayRaw(events)) OR arrayExists(event -> (JSONHas(event, 'attributes', {p2:String}) AND if(startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '['), arrayExists(element -> (match(element, '^[0-9.eE+-]+$') AND ifNull(toFloat64OrNull(element) >= {p4:Float64}, false)), arrayMap(e -> multiIf(startsWith(e, '"'), JSONExtractString(e), startsWith(e, '{"$bytes":'), JSONExtractString(e, '$bytes'), startsWith(e, '{"$float":'), JSONExtractString(e, '$float'), e = 'null', '', replaceRegexpOne(e, '^(-?[0-9]+)\\.0$', '\\1')), JSONExtractArrayRaw(multiIf(startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '"'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String})), startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '{"$bytes":'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String}), '$bytes'), startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '{"$float":'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String}), '$float'), JSONExtractRaw(event, 'attributes', {p2:String}) = 'null', '', replaceRegexpOne(JSONExtractRaw(event, 'attributes', {p2:String}), '^(-?[0-9]+)\\.0$', '\\1'))))), (match(multiIf(startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '"'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String})), startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '{"$bytes":'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String}), '$bytes'), startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '{"$float":'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String}), '$float'), JSONExtractRaw(event, 'attributes', {p2:String}) = 'null', '', replaceRegexpOne(JSONExtractRaw(event, 'attributes', {p2:String}), '^(-?[0-9]+)\\.0$', '\\1')), '^[0-9.eE+-]+$') AND ifNull(toFloat64OrNull(multiIf(startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '"'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String})), startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '{"$bytes":'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String}), '$bytes'), startsWith(JSONExtractRaw(event, 'attributes', {p2:String}), '{"$float":'), JSONExtractString(JSONExtractRaw(event, 'attributes', {p2:String}), '$float'), JSONExtractRaw(event, 'attributes', {p2:String}) = 'null', '', replaceRegexpOne(JSONExtractRaw(event, 'attributes', {p2:String}), '^(-?[0-9]+)\\.0$', '\\1'))) >= {p3:Float64}, false)))), JSONExtractArrayRaw(events)) OR arrayExists(event -> true, JSONExtractArrayRaw(events)))) AS s
INNER JOIN (SELECT operation_id, trace_id, service_name, start_time, duration FROM `opslog`.`operations` FINAL WHERE a
    AND b) AS o
    ON s.trace_id = o.trace_id AND s.service_name = o.service_name
WHERE toUnixTimestamp64Nano(s.start_time) - toUnixTimestamp64Nano(o.start_time) BETWEEN 0 AND o.duration)
--   p0 = 'exception'
--   p1 = 'exception'
--   p2 = 'try'
--   p3 = '2'
--   p4 = '2'

-- {Terms:[{Field:{Name:name Type:0 Key: Fold:false}} {Term:{Terms:[{Field:{Name:resource Type:7 Key:k') OR 1=1 -- Fold:false}} {Words:x}]}}]}
(notEmpty(name) AND NOT (mapContains(resource, {p0:String}) OR (hasAllTokens(search_text, [{p8:String}]) AND (position(lowerUTF8(name), {p1:String}) > 0 OR position(lowerUTF8(target), {p2:String}) > 0 OR position(lowerUTF8(error_type), {p3:String}) > 0 OR position(lowerUTF8(error_message), {p4:String}) > 0 OR position(lowerUTF8(status_message), {p5:String}) > 0 OR position(lowerUTF8(request_body), {p6:String}) > 0 OR position(lowerUTF8(response_body), {p7:String}) > 0))))
--   p0 = 'k\') OR 1=1 --'
--   p1 = 'x'
--   p2 = 'x'
--   p3 = 'x'
--   p4 = 'x'
--   p5 = 'x'
--   p6 = 'x'
--   p7 = 'x'
--   p8 = 'x'
-- {Terms:[{Field:{Name:name Type:0 Key: Fold:false}} {Term:{Terms:[{Field:{Name:resource Type:7 Key:k') OR 1=1 -- Fold:false}} {Words:x}]}}]}
(notEmpty(name) AND NOT (mapContains(resource, {p0:String}) OR (position(lowerUTF8(name), {p1:String}) > 0 OR position(lowerUTF8(target), {p2:String}) > 0 OR position(lowerUTF8(error_type), {p3:String}) > 0 OR position(lowerUTF8(error_message), {p4:String}) > 0 OR position(lowerUTF8(status_message), {p5:String}) > 0)))
--   p0 = 'k\') OR 1=1 --'
--   p1 = 'x'
--   p2 = 'x'
--   p3 = 'x'
--   p4 = 'x'
--   p5 = 'x'

