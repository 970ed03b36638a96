package cli

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/opslog/opslog/internal/api"
	"github.com/opslog/opslog/internal/operation"
	"github.com/opslog/opslog/internal/quality"
	"github.com/opslog/opslog/internal/store"
)

func exampleQuality() *api.QualityList {
	sums := []*store.QualitySum{
		{ServiceName: "shop", Environment: "prod", Check: operation.CheckVolume, Total: 100, Value: 1200},
		{ServiceName: "shop", Environment: "prod", Check: operation.CheckBrokenEdge, Subject: "shop -> payments", Total: 40, Failed: 39, ExampleTrace: operation.TraceID{1}},
		{ServiceName: "shop", Environment: "prod", Check: operation.RuleServiceName, Total: 100},
		{ServiceName: "shop", Environment: "prod", Check: operation.RuleInstanceID, Total: 100, Failed: 100},
		{ServiceName: "mailer", Check: operation.CheckVolume, Total: 3, Value: 3},
	}
	return &api.QualityList{Items: quality.Evaluate(sums, store.Range{})}
}

func TestQuality(t *testing.T) {
	for name, whole := range map[string]bool{"quality.txt": false, "quality_service.txt": true} {
		var out bytes.Buffer
		require.NoError(t, printQuality(&out, exampleQuality(), outputTable, whole))
		golden(t, "testdata/"+name, out.Bytes())
	}
}

func TestQualityBelowTheLeast(t *testing.T) {
	require.NoError(t, tooLow(exampleQuality(), 60))
	err := tooLow(exampleQuality(), 75)
	require.EqualError(t, errors.Unwrap(err), errCheck.Error())
	assert.ErrorContains(t, err, "shop (67)")
	assert.Equal(t, exitCheck, ExitCode(err))
}
