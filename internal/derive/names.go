package derive

import "github.com/opslog/opslog/internal/semconv"

// attr is what an attribute means, whatever its name.
type attr uint8

const (
	none attr = iota
	httpMethod
	httpMethodOriginal
	httpStatus
	httpRoute
	httpTarget
	urlTemplate
	urlFull
	urlPath
	urlQuery
	urlScheme
	httpHost
	serverAddress
	serverPort
	netHostName
	netHostPort
	netPeerName
	netPeerPort
	peerAddress
	peerPort
	clientAddress
	protocolName
	protocolVersion
	transport
	userAgent
	requestSize
	responseSize
	resendCount
	circuitBreaker
	responseFlags
	errorFlag
	errorType
	errorMessage
	errorFingerprint
	statusText
	exceptionType
	exceptionMessage
	exceptionStack
	dbSystem
	dbQuery
	dbSummary
	dbNamespace
	dbOperation
	dbCollection
	dbStatus
	dbReturnedRows
	dbAffectedRows
	dbBatchSize
	dbPlan
	dbNoIndex
	dbFullScan
	dbIndexUsed
	dbSecret
	rpcSystem
	rpcMethod
	rpcService
	rpcStatus
	grpcStatus
	messagingSystem
	messagingTemplate
	messagingDestination
	messagingTemporary
	messagingOperation
	messagingOperationName
	messagingGroup
	messagingPartition
	messagingOffset
	messagingClient
	messagingID
	messagingBodySize
	messagingBatch
	messagingSubscription
	messagingAttempt
	messagingDeadLetter
	codeFunction
	codeNamespace
	codeFile
	codeLine
	codeColumn
	codeStack
	peerService
	graphqlType
	graphqlName
	faasTrigger
	faasName
	jobName
	jobMark
	cacheKey
	cacheSystem
	cacheOperation
	filePath
	fileOperation
	fileBytes
	operationKind

	// The following have no names of their own but those of the configuration.
	requestBody
	responseBody
	userID
	userType
	tenantID
	sessionID
	requestID
	idempotencyKey
	cacheHit

	attrCount
)

// vocabulary is what an attribute is called. The last ones are called as the configuration says.
var vocabulary = [attrCount]semconv.Attribute{
	httpMethod:             semconv.HTTPMethod,
	httpMethodOriginal:     semconv.HTTPMethodOriginal,
	httpStatus:             semconv.HTTPStatus,
	httpRoute:              semconv.HTTPRoute,
	httpTarget:             semconv.HTTPTarget,
	urlTemplate:            semconv.URLTemplate,
	urlFull:                semconv.URLFull,
	urlPath:                semconv.URLPath,
	urlQuery:               semconv.URLQuery,
	urlScheme:              semconv.URLScheme,
	httpHost:               semconv.HTTPHost,
	serverAddress:          semconv.ServerAddress,
	serverPort:             semconv.ServerPort,
	netHostName:            semconv.NetHostName,
	netHostPort:            semconv.NetHostPort,
	netPeerName:            semconv.NetPeerName,
	netPeerPort:            semconv.NetPeerPort,
	peerAddress:            semconv.PeerAddress,
	peerPort:               semconv.PeerPort,
	clientAddress:          semconv.ClientAddress,
	protocolName:           semconv.ProtocolName,
	protocolVersion:        semconv.ProtocolVersion,
	transport:              semconv.Transport,
	userAgent:              semconv.UserAgent,
	requestSize:            semconv.RequestSize,
	responseSize:           semconv.ResponseSize,
	circuitBreaker:         semconv.CircuitBreaker,
	responseFlags:          semconv.ResponseFlags,
	resendCount:            semconv.ResendCount,
	errorFlag:              semconv.ErrorFlag,
	errorType:              semconv.ErrorType,
	errorMessage:           semconv.ErrorMessage,
	errorFingerprint:       semconv.ErrorFingerprint,
	statusText:             semconv.StatusText,
	exceptionType:          semconv.ExceptionType,
	exceptionMessage:       semconv.ExceptionMessage,
	exceptionStack:         semconv.ExceptionStack,
	dbSystem:               semconv.DBSystem,
	dbQuery:                semconv.DBQuery,
	dbSummary:              semconv.DBSummary,
	dbNamespace:            semconv.DBNamespace,
	dbOperation:            semconv.DBOperation,
	dbCollection:           semconv.DBCollection,
	dbStatus:               semconv.DBStatus,
	dbReturnedRows:         semconv.DBReturnedRows,
	dbAffectedRows:         semconv.DBAffectedRows,
	dbBatchSize:            semconv.DBBatchSize,
	dbPlan:                 semconv.DBPlan,
	dbNoIndex:              semconv.DBNoIndex,
	dbFullScan:             semconv.DBFullScan,
	dbIndexUsed:            semconv.DBIndexUsed,
	dbSecret:               semconv.DBSecret,
	rpcSystem:              semconv.RPCSystem,
	rpcMethod:              semconv.RPCMethod,
	rpcService:             semconv.RPCService,
	rpcStatus:              semconv.RPCStatus,
	grpcStatus:             semconv.GRPCStatus,
	messagingSystem:        semconv.MessagingSystem,
	messagingTemplate:      semconv.MessagingTemplate,
	messagingDestination:   semconv.MessagingDestination,
	messagingTemporary:     semconv.MessagingTemporary,
	messagingOperation:     semconv.MessagingOperation,
	messagingOperationName: semconv.MessagingOperationName,
	messagingGroup:         semconv.MessagingGroup,
	messagingPartition:     semconv.MessagingPartition,
	messagingOffset:        semconv.MessagingOffset,
	messagingClient:        semconv.MessagingClient,
	messagingID:            semconv.MessagingID,
	messagingBodySize:      semconv.MessagingBodySize,
	messagingBatch:         semconv.MessagingBatch,
	messagingSubscription:  semconv.MessagingSubscription,
	messagingAttempt:       semconv.MessagingAttempt,
	messagingDeadLetter:    semconv.MessagingDeadLetter,
	codeFunction:           semconv.CodeFunction,
	codeNamespace:          semconv.CodeNamespace,
	codeFile:               semconv.CodeFile,
	codeLine:               semconv.CodeLine,
	codeColumn:             semconv.CodeColumn,
	codeStack:              semconv.CodeStack,
	peerService:            semconv.PeerService,
	graphqlType:            semconv.GraphQLType,
	graphqlName:            semconv.GraphQLName,
	faasTrigger:            semconv.FaaSTrigger,
	faasName:               semconv.FaaSName,
	jobName:                semconv.JobName,
	jobMark:                semconv.JobMark,
	cacheKey:               semconv.CacheKey,
	cacheSystem:            semconv.CacheSystem,
	cacheOperation:         semconv.CacheOperation,
	filePath:               semconv.FilePath,
	fileOperation:          semconv.FileOperation,
	fileBytes:              semconv.FileBytes,
	operationKind:          semconv.OperationKind,
	requestBody:            {Kept: semconv.Field},
	responseBody:           {Kept: semconv.Field},
	userID:                 {Kept: semconv.Field},
	userType:               {Kept: semconv.Field},
	tenantID:               {Kept: semconv.Field},
	sessionID:              {Kept: semconv.Field},
	requestID:              {Kept: semconv.Field},
	idempotencyKey:         {Kept: semconv.Field},
	cacheHit:               {Kept: semconv.AsSent},
}

// spelling is one name's meaning and its place in the order of preference, from 1.
type spelling struct {
	attr attr
	rank uint8
}

// dictionary is the vocabulary by name, with the names that the configuration adds. A configured name takes
// precedence over the vocabulary's meaning.
func dictionary(k *Keys) map[string]spelling {
	dict := map[string]spelling{}
	add := func(a attr, names []string) {
		for i, name := range names {
			if _, taken := dict[name]; !taken {
				dict[name] = spelling{a, uint8(min(i, 253) + 1)}
			}
		}
	}
	add(requestBody, k.RequestBody)
	add(responseBody, k.ResponseBody)
	add(userID, k.UserID)
	add(userType, k.UserType)
	add(tenantID, k.TenantID)
	add(sessionID, k.SessionID)
	add(requestID, k.RequestID)
	add(idempotencyKey, k.IdempotencyKey)
	add(cacheHit, k.CacheHit)
	for a := range attrCount {
		add(a, vocabulary[a].Names)
	}
	return dict
}
