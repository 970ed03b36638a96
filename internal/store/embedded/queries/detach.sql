DETACH {{.Segment}};
